import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workbench } from '../host/workbench';

/** The least time between two pictures in milliseconds of the film. */
const interval = 100;

/** Keeps what the window shows as pictures that are named by their time in the film, in milliseconds. */
export class Film {
  /** How many seconds of the window are one of the film: more than 1 where little happens. */
  private factor = 1;
  private time = 0;
  private lastLook = performance.now();
  private lastPicture = Number.NEGATIVE_INFINITY;

  private constructor(
    private readonly folder: string,
    /** Stops chromium from sending pictures. */
    readonly stop: () => Promise<void>,
  ) {}

  /** Films the window: chromium sends a picture whenever something has changed. */
  static async start({ page }: Workbench, folder: string): Promise<Film> {
    mkdirSync(folder, { recursive: true });
    const session = await page.context().newCDPSession(page);
    const film = new Film(folder, async () => {
      await session.send('Page.stopScreencast');
      await session.detach();
    });
    session.on('Page.screencastFrame', ({ data, sessionId }) => {
      film.take(data);
      void session.send('Page.screencastFrameAck', { sessionId }).catch(() => {});
    });
    await session.send('Page.startScreencast', { format: 'png', maxWidth: 1280, maxHeight: 800 });
    return film;
  }

  set speed(factor: number) {
    this.pass();
    this.factor = factor;
  }

  private take(data: string): void {
    this.pass();
    if (this.time - this.lastPicture < interval) return;
    this.lastPicture = this.time;
    const name = `${String(Math.round(this.time)).padStart(9, '0')}.png`;
    writeFileSync(join(this.folder, name), Buffer.from(data, 'base64'));
  }

  private pass(): void {
    const now = performance.now();
    this.time += (now - this.lastLook) / this.factor;
    this.lastLook = now;
  }
}
