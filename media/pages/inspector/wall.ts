import { placeOfCell } from '../../../src/model/inspection/placeOfCell';
import type { CellsReport } from '../../../src/model/inspection/wire';
import * as l10n from '../shared/l10n';
import { ScrolledCanvas } from './canvas';
import type { CellWindow } from './cellWindow';
import { type Palette, readPalette } from './colors';

/** Of a tile: columns and lines of text, and how many pixels each takes. */
const tileColumns = 64;
const tileLines = 24;
const pixel = 1.5;
const gap = 10;
const labelHeight = 14;
const tileWidth = tileColumns * pixel;
const tileHeight = tileLines * pixel * 1.5;

/** Characters whose activations a wall can show at most. */
export const wallCharacters = 1500;

/** All cells of a model, each a tiny picture of the text in its colours; of thousands only the visible are drawn. */
export class Wall {
  readonly element: HTMLElement;
  private readonly surface: ScrolledCanvas;
  private readonly tile = document.createElement('canvas');
  private cells: CellsReport | null = null;
  private window: CellWindow | null = null;
  /** [to − from]: the pixel of each character of the window in a tile, −1 for those that are beyond it. */
  private places: Int32Array = new Int32Array(0);
  private palette: Palette = readPalette();
  private focused = 0;

  /**
   * @param chosen a cell was clicked, or Enter pressed on it.
   * @param moved another cell has the focus.
   */
  constructor(
    private readonly chosen: (cell: number) => void,
    private readonly moved: (cell: number) => void,
  ) {
    [this.tile.width, this.tile.height] = [tileColumns, tileLines];
    this.surface = new ScrolledCanvas(
      l10n.t('All cells: arrow keys move, Enter shows the text in the colours of one'),
      (context, top, height) => this.draw(context, top, height),
      () => this.arrange(),
    );
    this.element = this.surface.box;
    this.element.addEventListener('click', (event) => {
      const { x, y } = this.surface.placeOf(event);
      const column = Math.floor((x - gap) / (tileWidth + gap));
      const cell = Math.floor((y - gap) / this.rowHeight) * this.perRow + column;
      if (column >= 0 && column < this.perRow && cell < this.count) this.chosen(cell);
    });
    this.element.addEventListener('keydown', (event) => this.onKey(event));
  }

  /** @param characters of the window. */
  show(cells: CellsReport, window: CellWindow, characters: readonly string[]): void {
    this.cells = cells;
    this.window = window;
    this.places = placesInTile(characters);
    this.arrange();
  }

  /** The cells of the text are not known any more. */
  clear(): void {
    this.cells = null;
    this.window = null;
    this.surface.redraw();
  }

  /** Called before the element is taken out of the page. */
  leave(): void {
    this.surface.leave();
  }

  /** Called when the element is in the page again. */
  returned(): void {
    this.arrange();
    this.surface.returned();
  }

  focus(cell: number): void {
    this.focused = cell;
    this.afterMove();
  }

  redraw(): void {
    this.palette = readPalette();
    this.surface.redraw();
  }

  private get count(): number {
    return this.cells === null ? 0 : this.cells.numLayers * this.cells.hiddenSize;
  }

  private get perRow(): number {
    return Math.max(1, Math.floor((this.surface.width - gap) / (tileWidth + gap)));
  }

  private get rowHeight(): number {
    return tileHeight + labelHeight + gap;
  }

  private arrange(): void {
    this.surface.setExtent(Math.ceil(this.count / this.perRow) * this.rowHeight + gap);
    this.surface.redraw();
  }

  private draw(context: CanvasRenderingContext2D, top: number, height: number): void {
    if (this.cells === null || this.window === null) return;
    const [low, high] = [pixelOf(this.palette.low), pixelOf(this.palette.high)];
    context.imageSmoothingEnabled = false;
    context.font = `11px ${getComputedStyle(this.element).fontFamily}`;
    context.textBaseline = 'middle';
    const first = Math.max(0, Math.floor(top / this.rowHeight)) * this.perRow;
    const last = Math.min(this.count, (Math.floor((top + height) / this.rowHeight) + 1) * this.perRow);
    for (let cell = first; cell < last; cell++) {
      const x = gap + (cell % this.perRow) * (tileWidth + gap);
      const y = gap + Math.floor(cell / this.perRow) * this.rowHeight - top;
      this.paintTile(cell, low, high);
      context.fillStyle = this.palette.background;
      context.fillRect(x, y, tileWidth, tileHeight);
      context.drawImage(this.tile, x, y, tileWidth, tileHeight);
      const isFocused = cell === this.focused;
      context.strokeStyle = isFocused ? this.palette.focus : this.palette.muted;
      context.globalAlpha = isFocused ? 1 : 0.3;
      context.lineWidth = isFocused ? 2 : 1;
      context.strokeRect(x - 0.5, y - 0.5, tileWidth + 1, tileHeight + 1);
      context.globalAlpha = 1;
      const { layer, unit } = placeOfCell(this.cells, cell);
      context.fillStyle = isFocused ? this.palette.foreground : this.palette.muted;
      context.fillText(`${layer + 1}·${unit}`, x, y + tileHeight + labelHeight / 2 + 1);
    }
  }

  /** Draws the window of one cell, a pixel for each character. */
  private paintTile(cell: number, low: number, high: number): void {
    const { values, from, to } = this.window!;
    const context = this.tile.getContext('2d')!;
    const image = context.createImageData(tileColumns, tileLines);
    const pixels = new Uint32Array(image.data.buffer);
    const row = cell * (to - from);
    for (let t = 0; t < to - from; t++) {
      const place = this.places[t]!;
      const value = values[row + t]!;
      if (place >= 0) pixels[place] = (value < 0 ? low : high) | (Math.min(255, Math.abs(value) * 2) << 24);
    }
    context.putImageData(image, 0, 0);
  }

  private onKey(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(this.surface.height / this.rowHeight)) * this.perRow;
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -this.perRow,
      ArrowDown: this.perRow,
      PageUp: -page,
      PageDown: page,
      Home: -this.focused,
      End: this.count - 1 - this.focused,
    };
    const step = steps[event.key];
    if (event.key === 'Enter' || event.key === ' ') this.chosen(this.focused);
    else if (step === undefined) return;
    else this.focused = Math.max(0, Math.min(this.count - 1, this.focused + step));
    event.preventDefault();
    this.afterMove();
  }

  private afterMove(): void {
    const top = Math.floor(this.focused / this.perRow) * this.rowHeight;
    this.surface.reveal(top, top + this.rowHeight + gap);
    this.surface.redraw();
    this.moved(this.focused);
  }
}

/** A colour, as a style sheet says it, as a pixel without opacity: red is the lowest byte. */
function pixelOf(color: string): number {
  const context = new OffscreenCanvas(1, 1).getContext('2d')!;
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return red! | (green! << 8) | (blue! << 16);
}

/** Where each of some characters is in a tile: lines that are too long and lines that are too many are cut off. */
export function placesInTile(characters: readonly string[]): Int32Array {
  const places = new Int32Array(characters.length).fill(-1);
  let line = 0;
  let column = 0;
  for (const [t, character] of characters.entries()) {
    if (line < tileLines && column < tileColumns) places[t] = line * tileColumns + column;
    column += character === '\t' ? 4 : 1;
    if (character === '\n') [line, column] = [line + 1, 0];
  }
  return places;
}
