/** What a path of a tenant directory holds; `ignored` is for people, `unknown` is worth a warning. */
export type FileKind =
  | 'settings'
  | 'policy'
  | 'schema'
  | 'entities'
  | 'devices'
  | 'consents'
  | 'peps'
  | 'access'
  | 'tests'
  | 'rego'
  | 'rego-data'
  | 'ignored'
  | 'unknown';

const KINDS: readonly (readonly [RegExp, FileKind])[] = [
  [/^tenant\.ya?ml$/, 'settings'],
  [/^policies\/.+\.cedar$/, 'policy'],
  [/^(policies\/)?schema\.cedarschema$/, 'schema'],
  [/^entities\/.+\.json$/, 'entities'],
  [/^devices\/.+\.json$/, 'devices'],
  [/^consents\/.+\.json$/, 'consents'],
  [/^peps\.ya?ml$/, 'peps'],
  [/^access\/.+\.ya?ml$/, 'access'],
  [/^tests\/.+\.ya?ml$/, 'tests'],
  [/^rego\/policy\.wasm$/, 'rego'],
  [/^rego\/data\.json$/, 'rego-data'],
  [/(^|\/)(\.[^/]*|README(\.\w+)?|LICENSE|NOTICE|[^/]+\.md)$/, 'ignored'],
  [/(^|\/)\.[^/]+\//, 'ignored'],
];

export function fileKind(path: string): FileKind {
  return KINDS.find(([pattern]) => pattern.test(path))?.[1] ?? 'unknown';
}

/** What is wrong with a path itself: it must be relative, with `/`, and stay inside of the directory. */
export function pathFault(path: string): string | undefined {
  const isPlain = path !== '' && path.length <= 512 && !/[\\\p{Cc}\p{Surrogate}]/u.test(path);
  const isInside = path
    .split('/')
    .every((segment) => segment !== '' && segment !== '.' && segment !== '..');
  return isPlain && isInside ? undefined : 'Not a relative path inside of the tenant directory.';
}
