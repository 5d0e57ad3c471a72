export class LockedError extends Error {
  readonly pid: number;
}
export function takeLock(
  path: string,
  options?: { readonly onWait?: (pid: number) => void },
): Promise<() => void>;
