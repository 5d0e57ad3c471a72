import type { EvaluationRequest, JsonObject } from '@sallyport/contracts';
import { admissionQuestion, type EntityLookup } from './admission-question.js';
import { readAdmissionRequest } from './admission-request.js';
import { isObject } from './shape.js';

/**
 * The question of a golden case that carries a manifest: the `request` of an AdmissionReview, in which everything that the manifest says itself may be left out.
 * Throws ReviewFault.
 */
export function goldenAdmission(admission: JsonObject, lookup: EntityLookup): EvaluationRequest {
  const manifest = [admission['object'], admission['oldObject']].find(isObject) ?? {};
  const { apiVersion, kind: word, metadata } = manifest;
  const { name, namespace } = isObject(metadata) ? metadata : {};
  const [version, group = ''] = String(apiVersion ?? '')
    .split('/')
    .reverse();
  const kind = String(word ?? '');
  const filled = {
    uid: 'golden',
    operation: 'CREATE',
    kind: { group, version, kind },
    resource: { group, version, resource: pluralOf(kind) },
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof namespace === 'string' ? { namespace } : {}),
    userInfo: { username: 'golden', groups: ['system:authenticated'] },
    ...admission,
  };
  return admissionQuestion(readAdmissionRequest(filled), lookup);
}

/** As the API names its own resources; a case says `resource` where this is not so. */
function pluralOf(kind: string): string {
  const word = kind.toLowerCase();
  if (/(?:s|x|ch)$/.test(word)) return `${word}es`;
  return word.endsWith('y') ? `${word.slice(0, -1)}ies` : `${word}s`;
}
