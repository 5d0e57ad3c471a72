import type { PolicyBundle, Problem } from '@sallyport/contracts';
import { LineIndex } from '@sallyport/contracts';
import {
  type Policy as CedarPolicy,
  type PolicyJson,
  policyToJson,
} from '@cedar-policy/cedar-wasm/nodejs';
import { type PolicyAnnotations, readAnnotations } from './annotations.js';
import { isUnicode } from './cedar-json.js';
import { cedarProblems } from './cedar-problems.js';
import { cedarTokens } from './cedar-tokens.js';
import { unsupportedFeature } from './compiled/policy-cache.js';
import { evaluablePolicy } from './evaluable-policy.js';
import { policyTextHash } from './policy-version.js';
import { policyFaults } from './source-limits.js';
import { type PolicySource, splitPolicies } from './split-policies.js';

const MAX_POLICIES = 20_000;

/** One policy of a bundle, parsed. */
export interface Policy {
  /** `@id`, else `<file>#<number within the file>`. */
  readonly id: string;
  readonly source: PolicySource;
  readonly json: PolicyJson;
  /** What cedar-wasm evaluates. */
  readonly evaluable: CedarPolicy;
  /** SHA-256 of the source text, hexadecimal. */
  readonly hash: string;
  /** What the compiler is given: `json` with escaped attribute names, as text. */
  readonly est: string;
  readonly annotations: PolicyAnnotations;
}

/** The policies of a bundle that could be read, and what is wrong with the others. */
export interface ReadBundle {
  readonly policies: readonly Policy[];
  readonly problems: readonly Problem[];
}

/** The `est` of policies that an earlier version has, by the hash of their text. */
export type EstOf = (hash: string) => string | undefined;

/**
 * Parses every policy by itself, so that one bad policy hides no other. Nothing is validated against a schema here. A policy whose `est` is known is
 * not parsed again: it was found good when that was made.
 */
export function readBundle(bundle: PolicyBundle, estOf?: EstOf): ReadBundle {
  const read = known.get(bundle) ?? readAll(bundle, estOf);
  known.set(bundle, read);
  return read;
}

// A version is checked, loaded live and loaded as shadow: its policies are parsed once. Bundles are never changed in place.
const known = new WeakMap<PolicyBundle, ReadBundle>();

const MENTIONS_ESCAPED = /__(?:entity|extn|expr)/;

function restored(source: PolicySource, hash: string, est: string): Reading {
  const json = JSON.parse(est) as PolicyJson;
  const id = idOf(source, json) ?? '';
  const { annotations } = readAnnotations(id, json.effect, json.annotations ?? {});
  const evaluable = MENTIONS_ESCAPED.test(source.text) ? (json as CedarPolicy) : source.text;
  return { policy: { id, source, json, evaluable, hash, est, annotations }, problems: [] };
}

function readAll(bundle: PolicyBundle, estOf: EstOf = () => undefined): ReadBundle {
  const policies: Policy[] = [];
  const problems: Problem[] = [];
  const places = new Map<string, string>();
  for (const [file, text] of Object.entries(bundle.files).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const lines = new LineIndex(text);
    const sources = splitPolicies(file, text);
    if (policies.length + sources.length > MAX_POLICIES) {
      problems.push({ file, message: `More than ${String(MAX_POLICIES)} policies in all.` });
      break;
    }
    for (const source of sources) {
      const { policy, problems: found } = readOrRestore(source, lines);
      problems.push(...found);
      if (policy !== undefined && isNew(policy, lines)) policies.push(policy);
    }
  }
  return { policies, problems };

  function readOrRestore(source: PolicySource, lines: LineIndex): Reading {
    const hash = policyTextHash(source.text);
    const est = estOf(hash);
    return est === undefined ? readPolicy(source, lines, hash) : restored(source, hash, est);
  }

  function isNew({ id, source }: Policy, lines: LineIndex): boolean {
    const place = lines.positionAt(source.offset);
    const twin = places.get(id);
    if (twin === undefined) places.set(id, `${source.file}:${String(place.line)}`);
    else {
      const message = `The policy id ${JSON.stringify(id)} is already at ${twin}.`;
      problems.push({ file: source.file, ...place, message });
    }
    return twin === undefined;
  }
}

interface Reading {
  readonly policy?: Policy;
  readonly problems: readonly Problem[];
}

function readPolicy(source: PolicySource, lines: LineIndex, hash: string): Reading {
  const { text, file } = source;
  if (!isUnicode(text) || !isUnicode(file)) return refused([told('Not valid Unicode.')]);
  const faults = policyFaults(cedarTokens(text));
  if (faults.length > 0) return refused(faults.map((fault) => told(fault.message, fault.offset)));
  const answer = parse(text);
  if (answer.type === 'failure') return refused(cedarProblems(answer.errors, source, lines));
  const evaluable = evaluablePolicy(text, answer.json);
  if (evaluable === undefined) return refused([told(TOO_DEEP_RENAMED)]);
  const id = idOf(source, answer.json);
  if (id === undefined) return refused([told(BAD_ID, annotationOffset(text, 'id'))]);
  const written = answer.json.annotations ?? {};
  const { annotations, faults: meaningless } = readAnnotations(id, answer.json.effect, written);
  const problems = meaningless.map(({ annotation, message }) =>
    told(message, annotationOffset(text, annotation)),
  );
  const est = JSON.stringify(typeof evaluable === 'string' ? answer.json : evaluable);
  const feature = unsupportedFeature(id, est);
  if (feature !== undefined) return refused([told(`Not supported: ${feature}.`)]);
  return {
    policy: { id, source, json: answer.json, evaluable, hash, est, annotations },
    problems,
  };

  function told(message: string, offset = 0): Problem {
    return { file: source.file, ...lines.positionAt(source.offset + offset), message };
  }
}

const TOO_DEEP_RENAMED =
  'Conditions that mention "__entity", "__extn" or "__expr" are nested too deep; split the policy.';
const BAD_ID = '@id must be 1 to 256 characters without control characters.';

function refused(problems: readonly Problem[]): Reading {
  return { problems };
}

function parse(text: string): ReturnType<typeof policyToJson> {
  try {
    return policyToJson(text);
  } catch (error) {
    const message = `Cedar's parser failed: ${String(error)}`;
    return {
      type: 'failure',
      errors: [{ message, help: null, code: null, url: null, severity: null }],
    };
  }
}

function idOf(source: PolicySource, { annotations }: PolicyJson): string | undefined {
  if (annotations === undefined || !Object.hasOwn(annotations, 'id'))
    return `${source.file}#${String(source.number)}`;
  const id: string | null | undefined = annotations['id'];
  return id && id.length <= 256 && !/\p{Cc}/u.test(id) ? id : undefined;
}

function annotationOffset(text: string, annotation: string): number {
  const tokens = cedarTokens(text);
  const at = tokens.findIndex(
    (token, i) => token.text === '@' && tokens[i + 1]?.text === annotation,
  );
  return tokens[at]?.offset ?? 0;
}
