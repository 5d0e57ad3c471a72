/** Express middleware. */
import type { Request, RequestHandler } from 'express';
import { type GuardOptions, judge, type Mapping } from '../guard/judge.js';
import type { PepClient } from '../pep-client.js';

export { type GuardOptions, type Mapping, NOBODY, OPEN } from '../guard/judge.js';

/**
 * Lets through what the decision point permits; everything else is answered with a problem (RFC 9457). The decision is in
 * `response.locals.decision`, undefined where nobody had to be asked.
 */
export function pepGuard(
  client: PepClient,
  ask: Mapping<Request>,
  options: GuardOptions = {},
): RequestHandler {
  return (request, response, next) => {
    void judge(client, request, ask, options).then((verdict) => {
      if (verdict.passes) {
        response.locals['decision'] = verdict.decision;
        return next();
      }
      const { status, headers, problem } = verdict.refusal;
      response.status(status).set(headers).send(JSON.stringify(problem));
    });
  };
}
