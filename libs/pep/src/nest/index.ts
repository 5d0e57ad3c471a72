/** NestJS guard and decorators, for Express and Fastify underneath alike. */
import { type CanActivate, type ExecutionContext, HttpException } from '@nestjs/common';
import { type GuardOptions, judge, type Mapping, OPEN } from '../guard/judge.js';
import type { Decision } from '../model.js';
import type { PepClient } from '../pep-client.js';

export { type GuardOptions, type Mapping, NOBODY, OPEN } from '../guard/judge.js';

/** The request of either platform, as far as the guard looks at it. */
export interface HttpRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly params: unknown;
  decision?: Decision | undefined;
}

type Anywhere = (target: object, name?: string | symbol, method?: PropertyDescriptor) => void;

const asked = new WeakMap<object, Mapping<HttpRequest>>();

/** Says which question a handler's requests are, or those of all handlers of a controller. */
export function Ask(mapping: Mapping<HttpRequest>): Anywhere {
  return (target, _name, method) => {
    asked.set((method?.value as object | undefined) ?? target, mapping);
  };
}

/** Open to everybody. */
export function Open(): Anywhere {
  return Ask(() => OPEN);
}

/**
 * Lets through what the decision point permits; a handler that declares neither `@Ask` nor `@Open` is closed. The decision is in
 * `request.decision`. For all of an application: `app.useGlobalGuards(new PepGuard(client))`.
 */
export class PepGuard implements CanActivate {
  constructor(
    private readonly client: PepClient,
    private readonly options: GuardOptions = {},
  ) {}

  /** Rejects with an HttpException that is a problem (RFC 9457), on anything but HTTP as well. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') throw new HttpException('only HTTP is guarded here', 403);
    const http = context.switchToHttp();
    const request = http.getRequest<HttpRequest>();
    const mapping = asked.get(context.getHandler()) ?? asked.get(context.getClass());
    const verdict = await judge(this.client, request, mapping, this.options);
    if (verdict.passes) {
      request.decision = verdict.decision;
      return true;
    }
    const { status, headers, problem } = verdict.refusal;
    // Express and Fastify both call it so.
    const response = http.getResponse<{ header(name: string, value: string): unknown }>();
    for (const [name, value] of Object.entries(headers)) response.header(name, value);
    throw new HttpException(problem, status);
  }
}
