export type ProgramName = 'chromium' | 'nginx' | 'redis-server';
export function findProgram(name: ProgramName): string | undefined;
