// Loaded into a process under test with --import. SIGUSR2 ends it in the middle of its work, with promises pending, and
// garbage is collected all the time: what is not held on to is gone while the native library still uses it.
process.on('SIGUSR2', () => process.exit(7));
setInterval(globalThis.gc, 10).unref();
