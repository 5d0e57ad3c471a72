import { expect, it } from '@jest/globals';
import type { EntityRecord } from '@sallyport/contracts';
import type { Checked } from './check-directory.js';
import { BadRequestError } from '../../platform/errors.js';
import { messagesOf, messagesOfCheck, VerdictAssembler } from './check-messages.js';

const record = (n: number): EntityRecord => ({
  uid: { type: 'user', id: String(n) },
  attrs: { n },
  parents: [],
});
const checked = (count: number): Checked => ({
  ok: true,
  policy: {
    version: 'v1',
    bundle: new Uint8Array([1]),
    digests: { 'policies/main.cedar': 'd1' },
    artifact: new Uint8Array([2]),
  },
  warnings: [],
  dryRun: false,
  tenant: {
    entities: Array.from({ length: count }, (_, n) => record(n)),
    devices: [],
    consents: [],
    tests: [],
  } as unknown as Checked['tenant'],
});

it.each([0, 1, 500, 501, 12_345])('carries a directory of %i entities over whole', (count) => {
  const assembler = new VerdictAssembler();
  const taken = Array.from(messagesOf(checked(count)), (message) =>
    assembler.take(structuredClone(message)),
  );
  expect(taken.pop()).toEqual(checked(count));
  expect(taken.every((verdict) => verdict === undefined)).toBe(true);
  expect(taken).toHaveLength(Math.ceil(count / 500));
});

it('carries a refusal over in one message', () => {
  const refused = { ok: false as const, problems: [{ file: 'peps.yaml', message: 'no' }] };
  const messages = [...messagesOf(refused)];
  expect(messages.map((message) => new VerdictAssembler().take(message))).toEqual([refused]);
});

it('carries over that a request could not be read, and which member of it', () => {
  const messages = messagesOfCheck(() => {
    throw new BadRequestError('files: is required', { field: 'files' });
  });
  const [message] = structuredClone([...messages]);
  if (!message) throw new Error('there is no message');
  expect(() => new VerdictAssembler().take(message)).toThrow(
    expect.objectContaining({ code: 'bad-request', message: 'files: is required', field: 'files' }),
  );
});
