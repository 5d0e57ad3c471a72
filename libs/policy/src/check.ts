import { LineIndex, type PolicyBundle, type Problem } from '@sallyport/contracts';
import {
  getCedarSDKVersion,
  type SchemaJson,
  validate,
  type ValidationError,
} from '@cedar-policy/cedar-wasm/nodejs';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { type EstOf, type Policy, readBundle } from './bundle.js';
import { cedarProblems, schemaProblems } from './cedar-problems.js';
import { contextNameProblems } from './context-names.js';
import { CONTEXT_SCHEMA } from './context-schema.js';
import { mergeSchema } from './merge-schema.js';
import { policyVersionId } from './policy-version.js';

/** What a bundle would become, and everything that stands against it. */
export interface BundleCheck {
  readonly ok: boolean;
  readonly version: string;
  readonly policyIds: readonly string[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** Hashes of the policies that the warnings are about. */
  readonly warned: ReadonlySet<string>;
}

/** What was found out about policies of an earlier version, by the hash of their text. */
export interface EarlierCheck {
  readonly estOf: EstOf;
  /** Validated with the same `validationKey`, and without a word against it. */
  readonly isValid: (hash: string) => boolean;
}

/** The same for two bundles where validating a policy has the same result in both. */
export function validationKey({ schema }: PolicyBundle): string {
  const rules = [schema ?? null, CONTEXT_SCHEMA, getCedarSDKVersion()];
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(rules))));
}

/**
 * Checks a bundle before it becomes a version: syntax, ids, annotations, limits, and types where there is a schema; without one, that policies ask `context`
 * only for what it can hold. Takes milliseconds per policy, for those that `earlier` knows much less: not for the request path.
 * Never throws.
 */
export function checkBundle(bundle: PolicyBundle, earlier?: EarlierCheck): BundleCheck {
  const { policies, problems } = readBundle(bundle, earlier?.estOf);
  const unproven = policies.filter(({ hash }) => earlier?.isValid(hash) !== true);
  const lines = new Map(
    Object.entries(bundle.files).map(([file, text]) => [file, new LineIndex(text)]),
  );
  const findings =
    bundle.schema === undefined
      ? namesOnly(unproven, lines)
      : typed(unproven, lines, bundle.schema, bundle.schemaFile ?? 'schema.cedarschema');
  const all = inOrder([...problems, ...findings.problems]);
  return {
    ok: all.length === 0,
    version: policyVersionId(bundle),
    policyIds: policies.map(({ id }) => id),
    problems: all,
    warnings: inOrder(findings.warnings),
    warned: findings.warned,
  };
}

interface Findings {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly warned: ReadonlySet<string>;
}

const NOBODY: ReadonlySet<string> = new Set();

type Lines = ReadonlyMap<string, LineIndex>;

function namesOnly(policies: readonly Policy[], lines: Lines): Findings {
  const problems = policies.flatMap((policy) =>
    contextNameProblems(policy, linesOf(policy, lines)),
  );
  return { problems, warnings: [], warned: NOBODY };
}

function typed(policies: readonly Policy[], lines: Lines, text: string, file: string): Findings {
  const merged = mergeSchema(text);
  const schemaLines = new LineIndex(text);
  if (!merged.ok) {
    const { fault, errors } = merged;
    const limits =
      fault === undefined
        ? []
        : [{ file, ...schemaLines.positionAt(fault.offset), message: fault.message }];
    return {
      problems: [...limits, ...schemaProblems(errors, file, text, schemaLines)],
      warnings: [],
      warned: NOBODY,
    };
  }
  const answer = validated(policies, merged.schema);
  if (typeof answer === 'string')
    return { problems: [{ file, message: answer }], warnings: [], warned: NOBODY };
  const byId = new Map(policies.map((policy) => [policy.id, policy]));
  const place = (findings: readonly ValidationError[]) =>
    findings.flatMap(({ policyId, error }) => {
      const policy = byId.get(policyId);
      return policy === undefined
        ? []
        : cedarProblems([error], policy.source, linesOf(policy, lines));
    });
  const warnings = merged.warnings.map((message) => ({ file, message }));
  return {
    problems: place(answer.errors),
    warnings: [...warnings, ...place(answer.warnings)],
    warned: new Set(answer.warnings.flatMap(({ policyId }) => byId.get(policyId)?.hash ?? [])),
  };
}

/** Cedar's findings, or the sentence that says why there are none. */
function validated(
  policies: readonly Policy[],
  schema: SchemaJson<string>,
): { errors: readonly ValidationError[]; warnings: readonly ValidationError[] } | string {
  const staticPolicies = Object.fromEntries(policies.map(({ id, source }) => [id, source.text]));
  try {
    const answer = validate({ schema, policies: { staticPolicies } });
    if (answer.type === 'failure') return answer.errors.map(({ message }) => message).join(' ');
    return { errors: answer.validationErrors, warnings: answer.validationWarnings };
  } catch (error) {
    return `Cedar's validator failed: ${String(error)}`;
  }
}

function linesOf({ source }: Policy, lines: Lines): LineIndex {
  return lines.get(source.file) ?? new LineIndex('');
}

function inOrder(problems: readonly Problem[]): Problem[] {
  const compare = (a: Problem, b: Problem) =>
    (a.line ?? 0) - (b.line ?? 0) ||
    (a.column ?? 0) - (b.column ?? 0) ||
    (a.message < b.message ? -1 : 1);
  return [...problems].sort((a, b) =>
    a.file === b.file ? compare(a, b) : a.file < b.file ? -1 : 1,
  );
}
