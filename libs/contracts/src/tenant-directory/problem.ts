/** Something wrong in a tenant directory. `line` and `column` count from 1. */
export interface Problem {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}
