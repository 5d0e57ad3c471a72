/** A running server; `url()` connects as its superuser. */
export interface EmbeddedPostgres {
  readonly port: number;
  readonly pid: number;
  readonly exited: Promise<void>;
  url(database?: string): string;
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  readonly directory: string;
  readonly port?: number;
  readonly durable?: boolean;
  readonly maxConnections?: number;
  readonly settings?: readonly string[];
}

export function startPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres>;
export function freePort(): Promise<number>;
