import 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** The package of this platform, see globalSetup.mjs. */
    vsix: string;
  }
}
