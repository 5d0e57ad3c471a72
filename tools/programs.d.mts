export type ProgramName = 'chromium' | 'nginx' | 'redis-server' | 'faketime';
export function findProgram(name: ProgramName): string | undefined;
