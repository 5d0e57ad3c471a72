import type { PolicyBundle } from '@sallyport/contracts';
import { type DeclaredGroups, declaredGroups } from './action-groups.js';
import type { PolicyAnnotations } from './annotations.js';
import { type EstOf, readBundle } from './bundle.js';
import type { LoadedPolicy, PolicyEngine, PolicySetName } from './engine.js';
import { PolicyLoadError } from './policy-load-error.js';
import { policyVersionId } from './policy-version.js';

/** A policy version as a serving process loads it: parsed once, where it was published, and plain JSON from there on. */
export interface PolicyArtifact {
  readonly format: 1;
  /** Content address of the bundle that it was built from. */
  readonly version: string;
  /** In order of their ids. */
  readonly policies: readonly ArtifactPolicy[];
  /** The groups that the schema puts an action into, by the action's name: `action read in [anyRead]`. */
  readonly actionParents: DeclaredGroups;
}

export interface ArtifactPolicy {
  readonly id: string;
  /** SHA-256 of the policy's source text, 64 hex digits: equal text, equal `est`, in whatever version it stands. */
  readonly hash: string;
  /** Cedar's JSON policy format as JSON text; attribute names are escaped (`escapeKey`). */
  readonly est: string;
  readonly annotations: PolicyAnnotations;
}

/** An engine that loads what was parsed elsewhere. */
export interface ArtifactEngine extends PolicyEngine {
  /** Compiles at once: for tests, tools and small sets. */
  loadArtifact(slot: string, artifact: PolicyArtifact, set?: PolicySetName): LoadedPolicy;
  /**
   * Compiles in turns of some 2 ms with a `pause` between them, so that a serving process goes on answering; policies whose hash the slot's version before
   * had are taken from it.
   */
  prepare(
    slot: string,
    artifact: PolicyArtifact,
    set: PolicySetName,
    pause: () => Promise<void>,
  ): Promise<LoadedPolicy>;
}

/**
 * Builds the artifact of a bundle: the only step between publishing and deciding that calls cedar-wasm, at some 0.3 ms per policy; not for a serving process.
 * `reuse` gives the `est` that an earlier artifact holds for a hash; then that policy is not parsed again. Throws `PolicyLoadError`.
 */
export function buildArtifact(bundle: PolicyBundle, reuse?: EstOf): PolicyArtifact {
  const { policies, problems } = readBundle(bundle, reuse);
  if (problems.length > 0) throw new PolicyLoadError(problems);
  return {
    format: 1,
    version: policyVersionId(bundle),
    policies: policies
      .map(({ id, hash, est, annotations }) => ({ id, hash, est, annotations }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    actionParents: declaredGroups(bundle.schema),
  };
}

/** Spares whoever loads the bundle next the parsing of policies that the artifact has. The sources stay what an evaluator is given. */
export function readPublished(bundle: PolicyBundle, { policies }: PolicyArtifact): void {
  const byHash = new Map(policies.map(({ hash, est }) => [hash, est]));
  readBundle(bundle, (hash) => byHash.get(hash));
}
