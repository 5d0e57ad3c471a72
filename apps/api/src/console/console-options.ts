/** What the console shows of the process it talks to; a class so that it can be injected. */
export class ConsoleOptions {
  constructor(
    /** `development` or `production`: shown in the frame so that nobody approves in the wrong window. */
    readonly environment: string,
    readonly publicUrl: string,
  ) {}
}
