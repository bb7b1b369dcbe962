// What every view and its page say to each other. Pages import this file too: types alone, nothing of Node or VS Code.

/** The first message of a page, after each time that it was loaded: it hears what is sent and knows nothing yet. */
export interface Ready {
  readonly type: 'ready';
}
