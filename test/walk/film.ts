import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workbench } from '../host/workbench';

/** Keeps what the window shows as pictures named by their time in milliseconds. */
export interface Film {
  stop(): Promise<void>;
}

/** The least time between two pictures, in milliseconds. */
const interval = 120;

/** Films the window: chromium sends a picture whenever something has changed. */
export async function startFilm({ page }: Workbench, folder: string): Promise<Film> {
  mkdirSync(folder, { recursive: true });
  const session = await page.context().newCDPSession(page);
  let last = 0;
  session.on('Page.screencastFrame', ({ data, sessionId }) => {
    const now = performance.now();
    if (now - last >= interval) {
      last = now;
      writeFileSync(join(folder, `${String(Math.round(now)).padStart(9, '0')}.png`), Buffer.from(data, 'base64'));
    }
    void session.send('Page.screencastFrameAck', { sessionId }).catch(() => {});
  });
  await session.send('Page.startScreencast', { format: 'png', maxWidth: 1280, maxHeight: 800 });
  return {
    stop: async () => {
      await session.send('Page.stopScreencast');
      await session.detach();
    },
  };
}
