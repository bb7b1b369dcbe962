export function stage(target: string, folder: string): void;
