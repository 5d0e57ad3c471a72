export type ProgramName = 'chromium' | 'nginx' | 'caddy' | 'haproxy' | 'redis-server' | 'faketime';
export function findProgram(name: ProgramName): string | undefined;
