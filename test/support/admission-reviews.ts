import type { JsonObject } from '@sallyport/contracts';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Answer } from './broker-client.js';

/** A manifest, and the rules of the pack that it breaks. */
export interface ManifestCase {
  readonly name: string;
  readonly object: JsonObject;
  readonly violates: readonly string[];
}

export interface AdmissionResponse {
  readonly uid: string;
  readonly allowed: boolean;
  readonly status?: { readonly code: number; readonly message: string };
  readonly warnings?: readonly string[];
  readonly auditAnnotations?: Readonly<Record<string, string>>;
}

const CASES = join('test', 'cases', 'kubernetes');

export function manifestCases(): ManifestCase[] {
  return readdirSync(CASES).flatMap((file) => {
    const text = readFileSync(join(CASES, file), 'utf8');
    return parse(text, { merge: true, maxAliasCount: -1 }) as ManifestCase[];
  });
}

export function manifestCalled(name: string): JsonObject {
  const found = manifestCases().find((one) => one.name === name);
  if (!found) throw new Error(`no manifest is called ${name}`);
  return found.object;
}

/** An AdmissionReview as an API server sends it; `changes` replace members of its request. */
export function reviewOf(object: JsonObject, changes: object = {}): JsonObject {
  const { apiVersion, kind, metadata } = object as {
    apiVersion: string;
    kind: string;
    metadata?: object;
  };
  const [version, group = ''] = apiVersion.split('/').reverse();
  const { name, namespace } = (metadata ?? {}) as { name?: string; namespace?: string };
  const resource = { group, version, resource: `${kind.toLowerCase()}s` };
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
      kind: { group, version, kind },
      resource,
      requestKind: { group, version, kind },
      requestResource: resource,
      ...(name === undefined ? {} : { name }),
      ...(namespace === undefined ? {} : { namespace }),
      operation: 'CREATE',
      userInfo: { username: 'alice', uid: '1', groups: ['devs', 'system:authenticated'] },
      object,
      oldObject: null,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
      ...changes,
    },
  } as JsonObject;
}

export function responseOf({ text }: Answer): AdmissionResponse {
  return (JSON.parse(text) as { response: AdmissionResponse }).response;
}
