import 'uplot/dist/uPlot.min.css';
import './plot.css';
import uPlot from 'uplot';
import { element } from '../shared/element';
import { onThemeChange, themeColor } from '../shared/theme';
import type { Curve, Mark } from './curves';
import { logarithmicTicks } from './ticks';

/** What a plot shows. */
export interface PlotContent {
  readonly curves: readonly Curve[];
  readonly mark: Mark | null;
  readonly xName: string;
  /** Values for people, on the axes and in the legend. */
  readonly formatX: (x: number) => string;
  readonly formatY: (y: number) => string;
  readonly logarithmicX: boolean;
  readonly logarithmicY: boolean;
  /** What the plot shows, in a sentence, for who can't see it. */
  readonly description: string;
}

/** Plots with the same key show the same place under the cursor. */
const syncKey = 'progress';

/**
 * Curves over one axis. Left and right arrows move the cursor from point to point, and the legend under it has the
 * values there.
 */
export class Plot {
  readonly element: HTMLElement;
  private readonly place: HTMLElement;
  /** What the arrows have come to, for who can't see the legend. */
  private readonly spoken = element('output', { class: 'unseen' });
  private plot: uPlot | null = null;
  private content: PlotContent | null = null;
  /** What the plot was built for; with the same, new data need no new plot. */
  private built = '';

  constructor(
    title: string,
    private readonly height: number,
  ) {
    this.place = element('div', { tabindex: 0, role: 'img' });
    const caption = element('figcaption', {}, title);
    this.element = element('figure', { class: 'plot' }, caption, this.place, this.spoken);
    this.place.addEventListener('keydown', (event) => this.press(event));
    new ResizeObserver(() => this.plot?.setSize(this.size())).observe(this.place);
    onThemeChange(() => this.rebuild());
  }

  show(content: PlotContent): void {
    this.content = content;
    this.place.setAttribute('aria-label', content.description);
    const { curves, logarithmicX, logarithmicY, xName } = content;
    const shape = JSON.stringify([curves.map(({ name, color }) => [name, color]), logarithmicX, logarithmicY, xName]);
    if (shape !== this.built) {
      this.built = shape;
      this.rebuild();
    } else {
      this.plot?.setData(dataOf(content.curves));
    }
  }

  private rebuild(): void {
    if (this.content === null) return;
    this.plot?.destroy();
    this.plot = new uPlot(this.options(this.content), dataOf(this.content.curves), this.place);
  }

  private size(): { width: number; height: number } {
    return { width: Math.max(200, this.place.clientWidth), height: this.height };
  }

  private options(content: PlotContent): uPlot.Options {
    const { curves, xName, logarithmicX, logarithmicY } = content;
    const ink = themeColor('descriptionForeground');
    const lines = { stroke: themeColor('panel-border', 'contrastBorder'), width: 1 };
    const axis = { stroke: ink, grid: lines, ticks: lines, font: `11px ${getComputedStyle(document.body).fontFamily}` };
    const label = (format: (value: number) => string) => (_: uPlot, values: (number | null)[]) =>
      values.map((value) => (value === null ? '' : format(value)));
    return {
      ...this.size(),
      // Numbers as they are, not seconds since 1970.
      scales: { x: { time: false, ...scale(logarithmicX) }, y: scale(logarithmicY) },
      axes: [
        { ...axis, values: label((x) => content.formatX(x)), ...(logarithmicX && logarithmicAxis) },
        { ...axis, values: label((y) => content.formatY(y)), size: 56, ...(logarithmicY && logarithmicAxis) },
      ],
      series: [
        { label: xName, value: (_, x) => (x === null ? '' : this.content!.formatX(x)) },
        ...curves.map((curve) => this.series(curve)),
      ],
      cursor: { sync: { key: syncKey }, y: false, drag: { setScale: false, x: false } },
      legend: { markers: { width: 3 } },
      hooks: { draw: [(plot) => drawMark(plot, this.content?.mark ?? null)] },
    };
  }

  private series({ name, color, faint = false, points = false }: Curve): uPlot.Series {
    const stroke = themeColor(color);
    return {
      label: name,
      stroke,
      width: faint ? 1 : 2,
      ...(faint && { dash: [5, 4] }),
      points: { show: points, size: 6, fill: stroke },
      spanGaps: true,
      value: (_, y) => (y === null ? '–' : this.content!.formatY(y)),
    };
  }

  private press(event: KeyboardEvent): void {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined || this.plot === null) return;
    event.preventDefault();
    const xs = this.plot.data[0];
    const at = this.plot.cursor.idx ?? (step > 0 ? -1 : xs.length);
    const next = Math.max(0, Math.min(xs.length - 1, at + step));
    if (xs[next] === undefined) return;
    this.plot.setCursor({ left: this.plot.valToPos(xs[next], 'x'), top: 0 });
    this.speak(next);
  }

  private speak(index: number): void {
    const { xName, formatX, formatY, curves } = this.content!;
    const [xs, ...columns] = this.plot!.data;
    const values = columns.flatMap((column, i) => {
      const value = column[index];
      return typeof value === 'number' ? [`${curves[i]!.name} ${formatY(value)}`] : [];
    });
    this.spoken.textContent = `${xName} ${formatX(xs[index]!)}: ${values.join(', ')}`;
  }
}

function scale(logarithmic: boolean): uPlot.Scale {
  return logarithmic ? { distr: 3, log: 10, range: (_, min, max) => logarithmicRange(min, max) } : {};
}

/** From the data's least to its greatest, and a little room; not to the next powers of ten, which leave half empty. */
function logarithmicRange(min: number, max: number): [number, number] {
  if (!(min > 0) || !(max > 0)) return [0.1, 10];
  return [min / 1.05, max * 1.05];
}

/** Of a logarithmic axis uPlot labels the powers of ten alone: too few for a loss from 7 to 1. */
const logarithmicAxis: Partial<uPlot.Axis> = {
  splits: (_, __, min, max) => logarithmicTicks(min, max),
  filter: (_, splits) => splits,
};

/** Curves with points of their own on one axis: where a curve has none there is a gap, which its line spans. */
function dataOf(curves: readonly Curve[]): uPlot.AlignedData {
  const tables = curves.map(({ xs, ys }): uPlot.AlignedData => [[...xs], [...ys]]);
  return tables.length === 0 ? [[]] : uPlot.join(tables);
}

function drawMark(plot: uPlot, mark: Mark | null): void {
  if (mark === null) return;
  const { ctx, bbox } = plot;
  const [x, y] = [plot.valToPos(mark.x, 'x', true), plot.valToPos(mark.y, 'y', true)];
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.save();
  ctx.strokeStyle = themeColor(mark.color);
  ctx.lineWidth = 2 * devicePixelRatio;
  ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.beginPath();
  ctx.arc(x, y, 6 * devicePixelRatio, 0, 2 * Math.PI);
  ctx.stroke();
  ctx.restore();
}
