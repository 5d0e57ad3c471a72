import { BadRequestError } from '../../platform/errors.js';
import { type Body, isObject } from '../authzen/read-member.js';

/** The `apiVersion` and `kind` of a review, which its answer repeats. */
export interface ReviewType {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Throws BadRequestError unless the body is a review of this kind in one of these versions. */
export function readReviewType(
  { apiVersion, kind }: Body,
  expected: { readonly kind: string; readonly apiVersions: readonly string[] },
): ReviewType {
  if (kind !== expected.kind)
    throw new BadRequestError(`kind: must be ${expected.kind}`, { field: 'kind' });
  const version = expected.apiVersions.find((one) => one === apiVersion);
  if (version === undefined) {
    const known = expected.apiVersions.join(' or ');
    throw new BadRequestError(`apiVersion: must be ${known}`, { field: 'apiVersion' });
  }
  return { apiVersion: version, kind: expected.kind };
}

/** The only member of an AdmissionReview without which there is no answer. Throws BadRequestError. */
export function readUid(body: Body): string {
  const uid = isObject(body['request']) ? body['request']['uid'] : undefined;
  if (typeof uid === 'string' && uid !== '' && uid.length <= 256) return uid;
  throw new BadRequestError('request.uid: is required', { field: 'request.uid' });
}
