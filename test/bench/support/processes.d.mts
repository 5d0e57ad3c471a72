export function cpuMicros(pid: number): number;
export function residentBytes(pid: number): number;
export function parseProcess(
  stat: string,
  status: string,
): {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
  readonly residentKib: number;
};
