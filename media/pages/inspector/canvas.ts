/**
 * A canvas that stays in view while its box scrolls over content of any height, so that only what is visible is drawn.
 * The box can have the focus; what is drawn is told to screen readers by whoever draws.
 */
export class ScrolledCanvas {
  readonly box: HTMLElement;
  readonly canvas = document.createElement('canvas');
  private readonly extent = document.createElement('div');
  private waiting = false;
  private kept = 0;

  /**
   * @param draw draws what is between `top` and `top + height` of the content, in CSS pixels.
   * @param resized the width has changed; called before drawing.
   */
  constructor(
    label: string,
    private readonly draw: (context: CanvasRenderingContext2D, top: number, height: number, width: number) => void,
    private readonly resized: (width: number) => void,
  ) {
    this.box = document.createElement('div');
    this.box.className = 'scrolled';
    this.box.tabIndex = 0;
    this.box.setAttribute('role', 'application');
    this.box.setAttribute('aria-label', label);
    this.box.append(this.canvas, this.extent);
    this.box.addEventListener('scroll', () => this.redraw());
    new ResizeObserver(() => {
      if (this.width > 0) this.resized(this.width);
      this.redraw();
    }).observe(this.box);
  }

  /** In CSS pixels. */
  get width(): number {
    return this.box.clientWidth;
  }

  get height(): number {
    return this.box.clientHeight;
  }

  /** How far it is scrolled, in CSS pixels; known also while the box is not in the page, where it has no such thing. */
  get top(): number {
    return this.box.isConnected ? this.box.scrollTop : this.kept;
  }

  set top(top: number) {
    this.kept = top;
    this.box.scrollTop = top;
  }

  /** Called before the box is taken out of the page, which makes it forget how far it was scrolled. */
  leave(): void {
    this.kept = this.top;
  }

  /** Called when the box is in the page again, and the extent is set. */
  returned(): void {
    this.top = this.kept;
    this.redraw();
  }

  /** Sets the height of all content. */
  setExtent(height: number): void {
    // The canvas takes its part of it even before it is drawn: else one could not scroll to the end yet.
    if (this.height > 0) this.canvas.style.height = `${this.height}px`;
    this.extent.style.height = `${Math.max(0, height - this.height)}px`;
  }

  /** Scrolls as little as it takes to show what is between `top` and `bottom`. */
  reveal(top: number, bottom: number): void {
    const { top: now, height } = this;
    if (top < now) this.top = top;
    else if (bottom > now + height) this.top = height === 0 ? top : bottom - height;
  }

  /** The place in the content that an event of the mouse is at. */
  placeOf(event: MouseEvent): { x: number; y: number } {
    const { left, top } = this.canvas.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top + this.top };
  }

  /** Draws anew, once before the next frame. */
  redraw(): void {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.paint();
    });
  }

  private paint(): void {
    const { width, height, canvas } = this;
    if (width === 0 || height === 0) return;
    const scale = window.devicePixelRatio;
    const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
    if (canvas.width !== wide || canvas.height !== high) {
      [canvas.width, canvas.height] = [wide, high];
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    const context = canvas.getContext('2d')!;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    this.draw(context, this.top, height, width);
  }
}
