import { guessesAt, type UnpackedText } from '../../../src/model/inspection/unpack';
import { ScrolledCanvas } from './canvas';
import { guessShade, type Palette, readPalette, type Shade } from './colors';
import { characterAt, layOut, rowOf, type TextLayout, visible, widthOf } from './layout';

/** What is drawn besides the characters themselves. */
export interface TextLook {
  /** Whether the guesses stand under each character. */
  readonly guesses: boolean;
  /** What a character is coloured by. */
  shade(character: number): Shade;
}

/** Some characters, from the first to behind the last. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

const padding = 6;
const lineHeight = 1.35;
const noShade: Shade = { color: 'surprise', alpha: 0 };

/**
 * A text on a canvas, a box for each character, of which only the visible rows are drawn. It has a cursor and a
 * selection, for the mouse and for the keyboard.
 */
export class TextView {
  readonly element: HTMLElement;
  private readonly surface: ScrolledCanvas;
  private text: UnpackedText | null = null;
  private look: TextLook = { guesses: false, shade: () => noShade };
  private layout: TextLayout = layOut([], 1);
  private columns = 80;
  /** What the layout was made for. */
  private laidOut: { readonly text: UnpackedText | null; readonly columns: number; readonly rowHeight: number } = {
    text: null,
    columns: 0,
    rowHeight: 0,
  };
  private palette: Palette = readPalette();
  private font = { text: '14px monospace', size: 14, width: 8 };
  private cursor = 0;
  private anchor = 0;

  /** @param moved the cursor or the selection has changed. */
  constructor(
    label: string,
    private readonly moved: () => void,
  ) {
    this.surface = new ScrolledCanvas(
      label,
      (context, top) => this.draw(context, top),
      () => this.arrange(),
    );
    this.element = this.surface.box;
    this.element.addEventListener('keydown', (event) => this.onKey(event));
    this.element.addEventListener('pointerdown', (event) => this.onPointer(event, event.shiftKey));
    this.element.addEventListener('pointermove', (event) => {
      if ((event.buttons & 1) === 1) this.onPointer(event, true);
    });
  }

  show(text: UnpackedText): void {
    this.text = text;
    this.cursor = Math.min(this.cursor, Math.max(0, text.characters.length - 1));
    this.anchor = this.cursor;
    this.arrange(0);
  }

  /** Called before the element is taken out of the page. */
  leave(): void {
    this.surface.leave();
  }

  /** Called when the element is in the page again: it shows what it showed. */
  returned(): void {
    this.surface.returned();
    this.arrange();
  }

  setLook(look: TextLook): void {
    const isTaller = look.guesses !== this.look.guesses;
    const first = this.firstVisible;
    this.look = look;
    if (isTaller) this.arrange(first);
    this.surface.redraw();
  }

  /** The theme or what is shown of the characters has changed. */
  redraw(): void {
    this.palette = readPalette();
    this.surface.redraw();
  }

  get character(): number {
    return this.cursor;
  }

  /** What is selected; empty where the cursor is if nothing is. */
  get selection(): Range {
    const [from, to] = [Math.min(this.anchor, this.cursor), Math.max(this.anchor, this.cursor)];
    return this.anchor === this.cursor ? { from, to: from } : { from, to: to + 1 };
  }

  get firstVisible(): number {
    return this.layout.rowStarts[this.visibleRows()[0]] ?? 0;
  }

  /** Line and column of a character, from 1. */
  positionOf(character: number): { line: number; column: number } {
    const line = this.layout.lines[character] ?? 0;
    let start = character;
    while (start > 0 && this.layout.lines[start - 1] === line) start--;
    return { line: line + 1, column: character - start + 1 };
  }

  /** Selects some characters, or puts the cursor on the first if there are none, and scrolls there. */
  select({ from, to }: Range): void {
    const last = (this.text?.characters.length ?? 1) - 1;
    this.anchor = Math.max(0, Math.min(from, last));
    this.cursor = Math.max(this.anchor, Math.min(to - 1, last));
    this.afterMove();
  }

  private get rowHeight(): number {
    const rows = this.look.guesses ? 1 + (this.text?.guessCount ?? 0) : 1;
    return Math.round(rows * this.font.size * lineHeight) + (this.look.guesses ? padding : 0);
  }

  private get rows(): number {
    return this.layout.rowStarts.length - 1;
  }

  /** @param first the character whose row is the first that is shown afterwards, if rows are others than before. */
  private arrange(first = this.firstVisible): void {
    if (this.text === null) return;
    const style = getComputedStyle(this.element);
    const size = Number.parseFloat(style.fontSize) || 14;
    const context = this.surface.canvas.getContext('2d')!;
    const text = `${style.fontSize} ${style.fontFamily}`;
    context.font = text;
    this.font = { text, size, width: context.measureText('0').width + (this.look.guesses ? 3 : 0) };
    // Out of the page there is no width: the one that it had is as good a guess as any.
    const { width } = this.surface;
    if (width > 0) this.columns = Math.max(8, Math.floor((width - 2 * padding) / this.font.width) - 1);
    const isOther = this.columns !== this.laidOut.columns || this.text !== this.laidOut.text;
    if (isOther) this.layout = layOut(this.text.characters, this.columns);
    this.surface.setExtent(this.rows * this.rowHeight + 2 * padding);
    if (isOther || this.rowHeight !== this.laidOut.rowHeight) {
      this.surface.top = first === 0 ? 0 : padding + rowOf(this.layout, first) * this.rowHeight;
    }
    this.laidOut = { text: this.text, columns: this.columns, rowHeight: this.rowHeight };
    this.surface.redraw();
  }

  /** From the first to behind the last. */
  private visibleRows(): [number, number] {
    const { top, height } = this.surface;
    const first = Math.max(0, Math.floor((top - padding) / this.rowHeight));
    const last = Math.ceil((top + height) / this.rowHeight) + 1;
    return [Math.min(first, Math.max(0, this.rows - 1)), Math.min(last, this.rows)];
  }

  private draw(context: CanvasRenderingContext2D, top: number): void {
    const { text, layout, palette } = this;
    if (text === null || text.characters.length === 0) return;
    context.font = this.font.text;
    context.textBaseline = 'middle';
    context.textAlign = 'center';
    const { from, to } = this.selection;
    const [firstRow, lastRow] = this.visibleRows();
    for (let row = firstRow; row < lastRow; row++) {
      const y = padding + row * this.rowHeight - top;
      for (let t = layout.rowStarts[row]!; t < layout.rowStarts[row + 1]!; t++) {
        const x = padding + layout.columns[t]! * this.font.width;
        if (t >= from && t < to) this.fill(context, x, y, t, { color: 'selection', alpha: 1 });
        this.fill(context, x, y, t, this.look.shade(t));
        this.write(context, text.characters[t]!, x, y, t);
        if (this.look.guesses) this.drawGuesses(context, text, t, x, y);
        if (t === this.cursor) this.frame(context, x, y, t, palette.focus);
      }
    }
  }

  private widthAt(character: number): number {
    return widthOf(this.text!.characters[character]!) * this.font.width;
  }

  private get boxHeight(): number {
    return Math.round(this.font.size * lineHeight);
  }

  private fill(context: CanvasRenderingContext2D, x: number, y: number, character: number, shade: Shade): void {
    if (shade.alpha <= 0) return;
    context.globalAlpha = shade.alpha;
    context.fillStyle = this.palette[shade.color];
    context.fillRect(x, y, this.widthAt(character), this.boxHeight);
    context.globalAlpha = 1;
  }

  private frame(context: CanvasRenderingContext2D, x: number, y: number, character: number, color: string): void {
    context.strokeStyle = color;
    context.lineWidth = 1.5;
    context.strokeRect(x + 0.5, y + 0.5, this.widthAt(character) - 1, this.boxHeight - 1);
  }

  private write(context: CanvasRenderingContext2D, character: string, x: number, y: number, t: number): void {
    const isSeen = character.trim() !== '';
    // In a text that is read as such, blanks stay blank.
    if (!isSeen && !this.look.guesses && character !== '\n') return;
    context.fillStyle = isSeen ? this.palette.foreground : this.palette.muted;
    context.globalAlpha = isSeen ? 1 : 0.5;
    context.fillText(visible(character), x + this.widthAt(t) / 2, y + this.boxHeight / 2 + 1);
    context.globalAlpha = 1;
  }

  /** Five smaller boxes under the character: what the model expected there; what came is in the colour of a hit. */
  private drawGuesses(context: CanvasRenderingContext2D, text: UnpackedText, t: number, x: number, y: number): void {
    const width = this.widthAt(t);
    for (const [k, { character, probability }] of guessesAt(text, t).entries()) {
      const top = y + (k + 1) * this.boxHeight;
      const isHit = character === text.characters[t];
      const { alpha } = guessShade(probability);
      context.globalAlpha = alpha;
      context.fillStyle = isHit ? this.palette.hit : this.palette.guess;
      context.fillRect(x, top, width - 1, this.boxHeight - 1);
      context.globalAlpha = 0.35 + 0.65 * probability;
      context.fillStyle = this.palette.foreground;
      context.fillText(visible(character), x + width / 2, top + this.boxHeight / 2 + 1);
      context.globalAlpha = 1;
    }
  }

  private onPointer(event: PointerEvent, extend: boolean): void {
    if (this.text === null || event.button > 0) return;
    const { x, y } = this.surface.placeOf(event);
    // The scroll bar belongs to the box.
    if (x > this.surface.width) return;
    if (event.type === 'pointerdown') this.element.setPointerCapture(event.pointerId);
    const row = Math.floor((y - padding) / this.rowHeight);
    this.moveTo(characterAt(this.layout, row, Math.floor((x - padding) / this.font.width)), extend);
  }

  private onKey(event: KeyboardEvent): void {
    if (this.text === null || event.altKey) return;
    const target = this.targetOf(event);
    if (target === null) return;
    event.preventDefault();
    this.moveTo(target, event.shiftKey);
  }

  /** Where a key moves the cursor to. */
  private targetOf({ key, ctrlKey, metaKey }: KeyboardEvent): number | null {
    const { cursor, layout } = this;
    const last = this.text!.characters.length - 1;
    const row = rowOf(layout, cursor);
    const page = Math.max(1, Math.floor(this.surface.height / this.rowHeight) - 1);
    const inRow = (target: number) => characterAt(layout, target, layout.columns[cursor]!);
    if (ctrlKey || metaKey) return key === 'Home' ? 0 : key === 'End' ? last : null;
    switch (key) {
      case 'ArrowLeft':
        return cursor - 1;
      case 'ArrowRight':
        return cursor + 1;
      case 'ArrowUp':
        return inRow(row - 1);
      case 'ArrowDown':
        return inRow(row + 1);
      case 'PageUp':
        return inRow(row - page);
      case 'PageDown':
        return inRow(row + page);
      case 'Home':
        return layout.rowStarts[row]!;
      case 'End':
        return layout.rowStarts[row + 1]! - 1;
      default:
        return null;
    }
  }

  private moveTo(character: number, extend: boolean): void {
    this.cursor = Math.max(0, Math.min(character, this.text!.characters.length - 1));
    if (!extend) this.anchor = this.cursor;
    this.afterMove();
  }

  private afterMove(): void {
    const top = padding + rowOf(this.layout, this.cursor) * this.rowHeight;
    this.surface.reveal(top - padding, top + this.rowHeight + padding);
    this.surface.redraw();
    this.moved();
  }
}
