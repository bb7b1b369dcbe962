import { toFloat32 } from '../../../src/model/inspection/bytes';
import type { CellsReport } from '../../../src/model/inspection/wire';
import { element } from '../shared/element';
import * as l10n from '../shared/l10n';
import { readPalette } from './colors';
import { percent } from './names';

const size = 180;
const margin = 28;

/**
 * For each gate of each layer a plot with a circle for each unit, as in Karpathy, Johnson and Fei-Fei (2015): to the
 * right the share of characters at which it is wide open, upwards that at which it is shut.
 */
export function gatesPanel(cells: CellsReport): { element: HTMLElement; redraw(): void } {
  if (cells.saturation.length === 0) {
    return { element: element('p', {}, l10n.t('The cells of this model have no gates.')), redraw: () => {} };
  }
  const plots = cells.saturation.map(({ layer, gate, left, right }) => {
    const [shut, open] = [toFloat32(left), toFloat32(right)];
    const name = l10n.t('Layer {0}, {1} gate', layer + 1, gateName(gate));
    const summary = l10n.t('shut {0}, open {1} of the time', percent(mean(shut)), percent(mean(open)));
    const canvas = element('canvas', { role: 'img', 'aria-label': `${name}: ${summary}` });
    const figure = element(
      'figure',
      {},
      element('figcaption', {}, element('strong', {}, name)),
      canvas,
      element('p', { class: 'muted' }, summary),
    );
    return { figure, draw: () => plot(canvas, shut, open) };
  });
  const grid = element('div', { class: 'gates' }, ...plots.map(({ figure }) => figure));
  const redraw = () => {
    for (const { draw } of plots) draw();
  };
  const help = l10n.t(
    'Each circle is a unit: to the right, how often its gate is wide open (above 0.9); upwards, how often it is shut (below 0.1).',
  );
  return { element: element('div', {}, element('p', { class: 'muted' }, help), grid), redraw };
}

function gateName(gate: string): string {
  const names: Readonly<Record<string, string>> = {
    input: l10n.t('input'),
    output: l10n.t('output'),
    forget: l10n.t('forget'),
    update: l10n.t('update'),
    reset: l10n.t('reset'),
  };
  return names[gate] ?? gate;
}

function plot(canvas: HTMLCanvasElement, shut: Float32Array, open: Float32Array): void {
  const scale = window.devicePixelRatio;
  const side = size + margin;
  [canvas.width, canvas.height] = [side * scale, side * scale];
  [canvas.style.width, canvas.style.height] = [`${side}px`, `${side}px`];
  const palette = readPalette();
  const context = canvas.getContext('2d')!;
  context.scale(scale, scale);
  context.strokeStyle = palette.muted;
  context.globalAlpha = 0.6;
  context.beginPath();
  context.moveTo(margin, 0);
  context.lineTo(margin, size);
  context.lineTo(side, size);
  context.stroke();
  // No unit is shut and open more than all the time together.
  context.setLineDash([3, 3]);
  context.beginPath();
  context.moveTo(margin, 0);
  context.lineTo(side, size);
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
  context.fillStyle = palette.muted;
  context.font = '11px sans-serif';
  context.fillText('0', margin - 9, size + 11);
  context.fillText('1', side - 8, size + 13);
  context.fillText('1', margin - 11, 10);
  context.fillText(l10n.t('open'), margin + size / 2 - 12, size + 16);
  context.save();
  context.translate(12, size / 2 + 12);
  context.rotate(-Math.PI / 2);
  context.fillText(l10n.t('shut'), 0, 0);
  context.restore();
  context.fillStyle = palette.low;
  context.globalAlpha = 0.5;
  for (const [unit, share] of open.entries()) {
    context.beginPath();
    context.arc(margin + share * size, size - shut[unit]! * size, 3, 0, 2 * Math.PI);
    context.fill();
  }
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
