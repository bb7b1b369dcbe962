// Loaded into a process with --import: lets it end in the middle of its work, with promises pending.
process.on('SIGUSR2', () => process.exit(7));
