// What the dashboard and its page say to each other.

/** To the page. */
export type ToDashboard = {
  readonly type: 'training';
  /** What the training is at, null when nothing trains. */
  readonly detail: string | null;
};

/** From the page. */
export type FromDashboard = { readonly type: 'stop' };
