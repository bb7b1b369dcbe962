#!/usr/bin/env node
// The CLI in a checkout: builds what has changed, then runs it.
import { ensureBuilt } from '../scripts/prepare.mjs';

ensureBuilt();
await import('../dist/cli.cjs');
