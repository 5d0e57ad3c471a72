export interface Load {
  readonly url: string;
  readonly bodies: string;
  readonly token?: string;
  readonly rate: number;
  readonly seconds: number;
  readonly connections: number;
}

export interface AtRate {
  readonly latenciesMs: readonly number[];
  readonly latenessMs: readonly number[];
  readonly startedAtMs: number;
  readonly failures: number;
  readonly failure?: string;
}

export function startAtRate(load: Load): { readonly result: Promise<AtRate>; stop(): void };
export function runAtRate(load: Load): Promise<AtRate>;
