import type { Status } from './statusBar';

/** What the parts of the extension are at. */
export interface StatusFacts {
  readonly problem: string | null;
  readonly training: { readonly share: number; readonly detail: string } | null;
  readonly hasModel: boolean;
  /** What the model is, if it came with the extension, where it is loaded only when it is needed. */
  readonly pretrained: { readonly title: string; readonly languages: string; readonly waiting: boolean } | null;
  /** A sentence about the loaded model, null as long as it is being loaded. */
  readonly model: string | null;
  readonly busy: boolean;
  /** For the editor in front. */
  readonly completionsEnabled: boolean;
}

/** The one state that is shown of all that hold. */
export function statusOf(facts: StatusFacts): Status {
  const { problem, training, hasModel, pretrained, model, busy, completionsEnabled } = facts;
  if (training !== null) return { kind: 'training', ...training };
  if (problem !== null) return { kind: 'error', message: problem };
  if (!hasModel) return { kind: 'noModel' };
  if (busy || (model === null && !pretrained?.waiting)) return { kind: 'thinking' };
  if (!completionsEnabled) return { kind: 'paused' };
  return pretrained === null ? { kind: 'ready', model: model ?? '' } : { kind: 'pretrained', ...pretrained };
}
