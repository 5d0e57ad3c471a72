import type { PolicyBundle } from '@sallyport/contracts';
import type { ArtifactEngine, LoadedPolicy, PolicyArtifact, PolicyEngine } from '@sallyport/policy';
import { turn } from '../platform/turn.js';
import type { ArtifactBuilder } from './artifact-builder.js';
import { ArtifactFormatError, decodeArtifact } from './artifact-codec.js';
import type { PolicyStore, StoredPolicy } from './policy-store.ports.js';

/** A version, ready to decide. */
export interface PolicySets {
  readonly live: LoadedPolicy;
  /** The same version with every policy enforced, whatever its `@mode`; absent where all are. */
  readonly shadow?: LoadedPolicy;
}

/** The version cannot decide, however often it is tried. */
export class PolicyRefusedError extends Error {}

/** Gets policy versions ready. */
export abstract class PolicyLoader {
  /** Lets the event loop turn meanwhile. Rejects with PolicyRefusedError, or with what kept the version from being read: that may pass. */
  abstract load(tenantId: string, stored: StoredPolicy): Promise<PolicySets>;
  /** Cedar's own evaluator on these sources, at once: for a version whose compiled form is not to be trusted. Throws PolicyRefusedError. */
  abstract loadReference(tenantId: string, version: string, bundle: PolicyBundle): PolicySets;
}

export interface PolicyLoaderParts {
  readonly store: PolicyStore;
  readonly compiler: ArtifactEngine;
  readonly reference: PolicyEngine;
  readonly builder: ArtifactBuilder;
  readonly report: (problem: ArtifactProblem) => void;
}

/** `artifact-broken`: the one that was kept is not ours, and was built anew. `artifact-not-kept`: it will have to be built again. */
export interface ArtifactProblem {
  readonly kind: 'artifact-broken' | 'artifact-not-kept';
  readonly tenantId: string;
  readonly policyVersion: string;
  readonly message: string;
}

/** Compiles from the artifact that publishing left; Cedar's parser is not called here. */
export class StoredPolicyLoader extends PolicyLoader {
  constructor(private readonly parts: PolicyLoaderParts) {
    super();
  }

  async load(tenantId: string, { id, engine }: StoredPolicy): Promise<PolicySets> {
    if (engine === 'cedar-wasm')
      return this.loadReference(tenantId, id, await this.bundle(tenantId, id));
    const artifact = (await this.kept(tenantId, id)) ?? (await this.built(tenantId, id));
    return orRefused(() => compiled(this.parts.compiler, tenantId, artifact));
  }

  loadReference(tenantId: string, version: string, bundle: PolicyBundle): PolicySets {
    const { reference } = this.parts;
    return refusing(() => {
      const live = reference.load(liveSlot(tenantId), bundle, 'live');
      expectVersion(live.version, version);
      // What Cedar's evaluator holds is never quite given back, and most tenants shadow nothing.
      if (!Object.values(bundle.files).some((source) => /@\s*mode\b/.test(source))) return { live };
      const shadow = reference.load(shadowSlot(tenantId), bundle, 'shadow');
      const isShadowed = [...shadow.annotations.values()].some(({ mode }) => mode !== 'enforce');
      return isShadowed ? { live, shadow } : { live };
    });
  }

  /** Undefined where there is none that can be used. */
  private async kept(tenantId: string, version: string): Promise<PolicyArtifact | undefined> {
    const kept = await this.parts.store.artifact(tenantId, version);
    if (kept.kind === 'broken') this.tell('artifact-broken', tenantId, version, BROKEN);
    if (kept.kind !== 'kept') return undefined;
    try {
      const artifact = await decodeArtifact(kept.bytes, turn);
      return artifact.version === version ? artifact : undefined;
    } catch (error) {
      // Another release's format is no fault.
      if (error instanceof ArtifactFormatError) return undefined;
      throw error;
    }
  }

  private async built(tenantId: string, version: string): Promise<PolicyArtifact> {
    const { store, builder } = this.parts;
    const bundle = await this.bundle(tenantId, version);
    const { bytes } = await orRefused(async () => {
      const built = await builder.build(bundle);
      expectVersion(built.version, version);
      return built;
    });
    await store
      .keepArtifact(tenantId, version, bytes)
      .catch((error: unknown) => this.tell('artifact-not-kept', tenantId, version, String(error)));
    return decodeArtifact(bytes, turn);
  }

  private async bundle(tenantId: string, version: string): Promise<PolicyBundle> {
    const bundle = await this.parts.store.bundle(tenantId, version);
    if (bundle === undefined) throw new PolicyRefusedError('its sources are not there');
    return bundle;
  }

  private tell(
    kind: ArtifactProblem['kind'],
    tenantId: string,
    policyVersion: string,
    message: string,
  ): void {
    this.parts.report({ kind, tenantId, policyVersion, message });
  }
}

async function compiled(
  compiler: ArtifactEngine,
  tenantId: string,
  artifact: PolicyArtifact,
): Promise<PolicySets> {
  const live = await compiler.prepare(liveSlot(tenantId), artifact, 'live', turn);
  if (!artifact.policies.some(({ annotations }) => annotations.mode !== 'enforce')) return { live };
  const shadow = await compiler.prepare(shadowSlot(tenantId), artifact, 'shadow', turn);
  return { live, shadow };
}

const BROKEN = 'the kept artifact does not bear the seal of this broker';

function expectVersion(found: string, version: string): void {
  if (found !== version) throw new PolicyRefusedError(`its sources are those of ${found}`);
}

function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw refusal(error);
  }
}

async function orRefused<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw refusal(error);
  }
}

function refusal(error: unknown): PolicyRefusedError {
  if (error instanceof PolicyRefusedError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new PolicyRefusedError(message, { cause: error });
}

function liveSlot(tenantId: string): string {
  return `${tenantId}/live`;
}

function shadowSlot(tenantId: string): string {
  return `${tenantId}/shadow`;
}
