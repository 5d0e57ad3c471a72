import type { EntityRef } from '@sallyport/contracts';

/** A resource of the Kubernetes API; what is empty is all of it, as there. */
export interface ObjectName {
  readonly group: string;
  /** Plural, as in paths: `deployments`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

/** The type is `k8s::<group>::<resource>`, with `core` for the group without a name; the id `<namespace>/<name>`. */
export function objectRef({ group, resource, namespace, name }: ObjectName): EntityRef {
  const type = `k8s::${group === '' ? 'core' : group}::${resource}`;
  const own = name === '' ? '*' : name;
  // A namespace is addressed as if it were inside of itself.
  const isScoped = namespace !== '' && resource !== 'namespaces';
  return { type, id: isScoped ? `${namespace}/${own}` : own };
}

/** `update`, `connect:exec`: the word for an operation, and the part of the object that it is about. */
export function actionName(word: string, subresource: string): string {
  return subresource === '' ? word : `${word}:${subresource}`;
}
