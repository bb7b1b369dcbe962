import { ensureBuilt } from '../scripts/prepare.mjs';

/** The CLI tests run the program that users run. */
export default ensureBuilt;
