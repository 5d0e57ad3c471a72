import { LineIndex, type PolicyBundle, type Problem } from '@sallyport/contracts';
import { type SchemaJson, validate, type ValidationError } from '@cedar-policy/cedar-wasm/nodejs';
import { type Policy, readBundle } from './bundle.js';
import { cedarProblems, schemaProblems } from './cedar-problems.js';
import { contextNameProblems } from './context-names.js';
import { mergeSchema } from './merge-schema.js';
import { policyVersionId } from './policy-version.js';

/** What a bundle would become, and everything that stands against it. */
export interface BundleCheck {
  readonly ok: boolean;
  readonly version: string;
  readonly policyIds: readonly string[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/**
 * Checks a bundle before it becomes a version: syntax, ids, annotations, limits, and types where there is a schema; without one, that policies ask `context`
 * only for what it can hold. Takes milliseconds per policy: not for the request path. Never throws.
 */
export function checkBundle(bundle: PolicyBundle): BundleCheck {
  const { policies, problems } = readBundle(bundle);
  const lines = new Map(
    Object.entries(bundle.files).map(([file, text]) => [file, new LineIndex(text)]),
  );
  const findings =
    bundle.schema === undefined
      ? namesOnly(policies, lines)
      : typed(policies, lines, bundle.schema, bundle.schemaFile ?? 'schema.cedarschema');
  const all = inOrder([...problems, ...findings.problems]);
  return {
    ok: all.length === 0,
    version: policyVersionId(bundle),
    policyIds: policies.map(({ id }) => id),
    problems: all,
    warnings: inOrder(findings.warnings),
  };
}

interface Findings {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

type Lines = ReadonlyMap<string, LineIndex>;

function namesOnly(policies: readonly Policy[], lines: Lines): Findings {
  const problems = policies.flatMap((policy) =>
    contextNameProblems(policy, linesOf(policy, lines)),
  );
  return { problems, warnings: [] };
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
    };
  }
  const answer = validated(policies, merged.schema);
  if (typeof answer === 'string') return { problems: [{ file, message: answer }], warnings: [] };
  const byId = new Map(policies.map((policy) => [policy.id, policy]));
  const place = (findings: readonly ValidationError[]) =>
    findings.flatMap(({ policyId, error }) => {
      const policy = byId.get(policyId);
      return policy === undefined
        ? []
        : cedarProblems([error], policy.source, linesOf(policy, lines));
    });
  const warnings = merged.warnings.map((message) => ({ file, message }));
  return { problems: place(answer.errors), warnings: [...warnings, ...place(answer.warnings)] };
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
