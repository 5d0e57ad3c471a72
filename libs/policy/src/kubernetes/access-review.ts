import type { EvaluationRequest, JsonObject } from '@sallyport/contracts';
import { actionName, objectRef } from './object-names.js';
import { readTextMember, ReviewFault } from './review-fault.js';
import { isAbsent, isObject, sorted } from './shape.js';
import { readGroups, requireUser, subjectOf } from './user-info.js';

const MAX_REQUIREMENTS = 100;

/**
 * The `spec` of a SubjectAccessReview as a question (protocols.md §6.2). Its actions begin with `authorize:`, so that what is permitted to be admitted is not
 * thereby permitted to be done. A name or namespace that is empty means all of them, and is absent. Throws ReviewFault.
 */
export function accessQuestion(value: unknown, version: 'v1' | 'v1beta1'): EvaluationRequest {
  if (!isObject(value)) throw new ReviewFault('spec', 'must be an object');
  const groups = version === 'v1' ? 'groups' : 'group';
  const uid = readTextMember(value['uid'], 'spec.uid');
  const subject = subjectOf({
    username: requireUser(value['user'], 'spec.user'),
    groups: readGroups(value[groups], `spec.${groups}`),
    ...(uid === '' ? {} : { uid }),
  });
  const { resourceAttributes: resource, nonResourceAttributes: path } = value;
  if (isAbsent(resource) === isAbsent(path))
    throw new ReviewFault('spec', 'must have either resourceAttributes or nonResourceAttributes');
  return isAbsent(path)
    ? { subject, ...resourceQuestion(resource) }
    : { subject, ...pathQuestion(path) };
}

type Asked = Pick<EvaluationRequest, 'action' | 'resource'>;

function resourceQuestion(value: unknown): Asked {
  const at = 'spec.resourceAttributes';
  if (!isObject(value)) throw new ReviewFault(at, 'must be an object');
  const text = (name: string) => readTextMember(value[name], `${at}.${name}`);
  const [verb, subresource, namespace, name] = ['verb', 'subresource', 'namespace', 'name'].map(
    text,
  ) as [string, string, string, string];
  if (verb === '') throw new ReviewFault(`${at}.verb`, 'is required');
  const [group, version, resource] = [text('group'), text('version'), text('resource')];
  if (resource === '') throw new ReviewFault(`${at}.resource`, 'is required');
  const given = { apiVersion: version, namespace, subresource, name };
  return {
    action: { name: actionName(`authorize:${verb}`, subresource) },
    resource: {
      ...objectRef({ group, resource, namespace: namespace === '' ? '*' : namespace, name }),
      properties: {
        kubernetes: 'authorization',
        verb,
        apiGroup: group,
        resource,
        ...Object.fromEntries(Object.entries(given).filter(([, member]) => member !== '')),
        fieldSelector: requirementsOf(value['fieldSelector'], `${at}.fieldSelector`),
        labelSelector: requirementsOf(value['labelSelector'], `${at}.labelSelector`),
      },
    },
  };
}

function pathQuestion(value: unknown): Asked {
  const at = 'spec.nonResourceAttributes';
  if (!isObject(value)) throw new ReviewFault(at, 'must be an object');
  const verb = readTextMember(value['verb'], `${at}.verb`);
  const path = readTextMember(value['path'], `${at}.path`);
  if (verb === '') throw new ReviewFault(`${at}.verb`, 'is required');
  if (path === '') throw new ReviewFault(`${at}.path`, 'is required');
  const properties: JsonObject = { kubernetes: 'authorization', verb, path };
  return {
    action: { name: `authorize:${verb}` },
    resource: { type: 'k8s::path', id: path, properties },
  };
}

/**
 * `spec.nodeName In node-1`, one text for each requirement. `rawSelector` is ignored, as the specification asks. What can't be read is left out: a selector only
 * limits, so that its absence permits nothing.
 */
function requirementsOf(value: unknown, path: string): string[] {
  const requirements = isObject(value) ? value['requirements'] : undefined;
  if (!Array.isArray(requirements)) return [];
  if (requirements.length > MAX_REQUIREMENTS)
    throw new ReviewFault(path, `has more than ${String(MAX_REQUIREMENTS)} requirements`);
  return sorted(requirements.flatMap((one: unknown) => requirementText(one)));
}

function requirementText(value: unknown): string[] {
  if (!isObject(value)) return [];
  const { key, operator, values = [] } = value;
  const isListed = Array.isArray(values) && values.every((item) => typeof item === 'string');
  if (typeof key !== 'string' || typeof operator !== 'string' || !isListed) return [];
  const list = sorted(values as readonly string[]).join(',');
  return [[key, operator, list].filter((part) => part !== '').join(' ')];
}
