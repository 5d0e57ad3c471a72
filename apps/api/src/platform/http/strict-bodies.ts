import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BadRequestError, PayloadTooLargeError } from '../errors.js';
import { atTurnEnd } from '../turn-end.js';
import { parseStrictJson } from './strict-json.js';

type BodyKind = 'json' | 'form';
type Done = (error: Error | null, body?: unknown) => void;

/** Reads the body that a route declares, and nothing else. */
export function useStrictBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.decorateRequest('mayBeIllFormed', true);
  add(server, 'application/json', 'json', (request, bytes) => {
    if (request.declared?.body === 'json-bytes') return bytes;
    const { value, mayBeIllFormed } = parseStrictJson(bytes);
    request.mayBeIllFormed = mayBeIllFormed;
    return value;
  });
  add(server, 'application/x-www-form-urlencoded', 'form', (_, bytes) => {
    if (!isUtf8(bytes)) throw new BadRequestError('the body is not UTF-8');
    return new URLSearchParams(bytes.toString('utf8'));
  });
  server.addContentTypeParser('*', (request, payload, done) => {
    payload.resume();
    answer(done, () => void expectsBody(request, undefined));
  });
}

function add(
  server: FastifyInstance,
  type: string,
  kind: BodyKind,
  read: (request: FastifyRequest, bytes: Buffer) => unknown,
): void {
  server.addContentTypeParser<Buffer>(type, { parseAs: 'buffer' }, (request, bytes, done) => {
    const readBody = (): unknown => {
      if (!expectsBody(request, kind)) return undefined;
      requireSize(request, bytes);
      return read(request, bytes);
    };
    atTurnEnd(() => answer(done, readBody));
  });
}

/** An enforcement point may have a limit of its own, below that of the server, which bounds what is read at all. */
function requireSize({ credential }: FastifyRequest, { length }: Buffer): void {
  const max = credential?.kind === 'pep' ? credential.pep.limits?.maxBodyBytes : undefined;
  if (max === undefined || length <= max) return;
  throw new PayloadTooLargeError(
    `the body has ${length} bytes; this enforcement point may send ${max} (limits.maxBodyBytes)`,
    { reason: 'body-too-large' },
  );
}

/** `none` accepts and ignores everything: a gateway's subrequest carries the content type of a body that it does not send. */
function expectsBody({ declared }: FastifyRequest, sent: BodyKind | undefined): boolean {
  const wanted = declared?.body ?? 'json';
  if (wanted === 'none') return false;
  const isForm = wanted === 'form';
  if (sent === (isForm ? 'form' : 'json')) return true;
  const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json';
  throw new BadRequestError(`Content-Type must be ${type}`, { field: 'Content-Type' });
}

function answer(done: Done, parse: () => unknown): void {
  let body: unknown;
  try {
    body = parse();
  } catch (error) {
    done(error as Error);
    return;
  }
  done(null, body);
}
