import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@sallyport/contracts';
import fc from 'fast-check';
import { accessQuestion } from './access-review.js';
import { admissionQuestion } from './admission-question.js';
import { readAdmissionRequest } from './admission-request.js';
import { ReviewFault } from './review-fault.js';

const JSON_VALUE = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<never>;
const OBJECT = fc.dictionary(
  fc.oneof(fc.constantFrom('metadata', 'spec', 'kind'), fc.string()),
  JSON_VALUE,
);
const TEXT = fc.oneof(fc.string(), fc.string({ unit: 'grapheme', maxLength: 300 }));
const review = fc.record({
  uid: fc.string({ minLength: 1 }),
  kind: fc.record({
    group: fc.constantFrom('', 'apps'),
    kind: fc.constantFrom('Pod', 'Deployment', 'Foo'),
  }),
  resource: fc.record({ group: TEXT, resource: fc.string({ minLength: 1 }) }),
  subResource: fc.constantFrom('', 'scale', 'status'),
  name: TEXT,
  namespace: TEXT,
  operation: fc.constantFrom('CREATE', 'UPDATE', 'DELETE', 'CONNECT'),
  userInfo: fc.record({ username: fc.string({ minLength: 1 }), groups: fc.array(TEXT) }),
  object: fc.option(OBJECT),
  oldObject: fc.option(OBJECT),
});

/** Nothing that a cluster sends may find the door without a question, or with one that hides what was not understood. */
describe('the questions of an API server', () => {
  it('can be put for any object at all', () => {
    fc.assert(
      fc.property(review, (request) => {
        const { resource } = admissionQuestion(readAdmissionRequest(request), () => undefined);
        const properties = resource.properties ?? {};
        const isStored = request.operation === 'CREATE' || request.operation === 'UPDATE';
        const isWorkload = request.kind.kind === 'Pod' || request.kind.kind === 'Deployment';
        if (!isStored || !isWorkload) return;
        const odd = properties['unreadable'] as readonly string[];
        expect(properties['pod'] !== undefined || odd.length > 0).toBe(true);
        for (const path of odd) expect(path).not.toMatch(/\p{Surrogate}/u);
      }),
    );
  });

  it('say that nothing is there where the object of a new one is missing', () => {
    fc.assert(
      fc.property(review, (request) => {
        const asked = { ...request, operation: 'CREATE', object: null };
        const { resource } = admissionQuestion(readAdmissionRequest(asked), () => undefined);
        expect(resource.properties?.['unreadable']).toContain('object');
      }),
    );
  });

  it('are had from any review, or it is refused by the name of a member', () => {
    fc.assert(
      fc.property(JSON_VALUE, JSON_VALUE, (request, spec) => {
        for (const read of [
          () => readAdmissionRequest(request),
          () => accessQuestion(spec, 'v1'),
          () => accessQuestion({ user: 'a', resourceAttributes: spec }, 'v1beta1'),
        ])
          expectRefusal(read);
      }),
    );
  });

  it('never have a name that a manifest could choose to be another’s', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), (inObject, name) => {
        const request = {
          uid: 'u',
          kind: { kind: 'Pod' },
          resource: { resource: 'pods' },
          name,
          namespace: 'shop',
          operation: 'CREATE',
          userInfo: { username: 'a' },
          object: { metadata: { name: inObject, namespace: 'other' } } as JsonObject,
        };
        const { resource } = admissionQuestion(readAdmissionRequest(request), () => undefined);
        expect(resource.id).toBe(`shop/${name}`);
      }),
    );
  });
});

function expectRefusal(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(ReviewFault);
    expect((error as ReviewFault).field).toMatch(/^(?:request|spec)/);
  }
}
