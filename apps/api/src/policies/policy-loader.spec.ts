import { beforeEach, describe, expect, it } from '@jest/globals';
import type { PolicyBundle } from '@sallyport/contracts';
import {
  type ArtifactEngine,
  CedarWasmEngine,
  type PolicyArtifact,
  policyVersionId,
} from '@sallyport/policy';
import { InlineArtifactBuilder, built } from './artifact-builder.js';
import { type ArtifactProblem, PolicyRefusedError, StoredPolicyLoader } from './policy-loader.js';
import { type KeptArtifact, PolicyStore } from './policy-store.ports.js';

const bundle: PolicyBundle = {
  files: { 'policies/main.cedar': '@id("all") permit (principal, action, resource);' },
};
const shadowing: PolicyBundle = {
  files: { 'policies/main.cedar': '@mode("shadow") forbid (principal, action, resource);' },
};
const id = policyVersionId(bundle);

class StoreInMemory extends PolicyStore {
  readonly bundles = new Map([[id, bundle]]);
  readonly artifacts = new Map<string, Uint8Array>();
  broken = new Set<string>();
  isUnreadable = false;

  async bundle(_: string, version: string): Promise<PolicyBundle | undefined> {
    return this.bundles.get(version);
  }

  async artifact(_: string, version: string): Promise<KeptArtifact> {
    if (this.isUnreadable) throw new Error('the database is gone');
    if (this.broken.has(version)) return { kind: 'broken' };
    const bytes = this.artifacts.get(version);
    return bytes ? { kind: 'kept', bytes } : { kind: 'absent' };
  }

  async artifactInForce(): Promise<undefined> {
    return undefined;
  }

  async distrust(): Promise<void> {
    throw new Error('nobody asked for this');
  }

  async keepArtifact(_: string, version: string, bytes: Uint8Array): Promise<void> {
    this.broken.delete(version);
    this.artifacts.set(version, bytes);
  }
}

/** Stands where the compiler stands, and remembers what it was given. */
class Compiler implements ArtifactEngine {
  readonly name = 'compiled';
  readonly prepared: { slot: string; set: string; artifact: PolicyArtifact }[] = [];

  load(): never {
    throw new Error('a serving process loads artifacts');
  }

  loadArtifact(): never {
    throw new Error('a serving process compiles in turns');
  }

  async prepare(slot: string, artifact: PolicyArtifact, set: 'live' | 'shadow') {
    this.prepared.push({ slot, set, artifact });
    const files = bundle.files;
    return { ...new CedarWasmEngine().load('a test', { files }), version: artifact.version };
  }
}

describe('loading a policy version', () => {
  let store: StoreInMemory;
  let compiler: Compiler;
  let problems: ArtifactProblem[];
  let loader: StoredPolicyLoader;
  beforeEach(() => {
    store = new StoreInMemory();
    compiler = new Compiler();
    problems = [];
    loader = new StoredPolicyLoader({
      store,
      compiler,
      reference: new CedarWasmEngine(),
      builder: new InlineArtifactBuilder(),
      report: (problem) => problems.push(problem),
    });
  });
  const load = (version = id) => loader.load('acme', { id: version, engine: 'compiled' });

  it('compiles what publishing left, without its sources', async () => {
    store.artifacts.set(id, built(bundle).bytes);
    store.bundles.clear();
    const { live, shadow } = await load();
    expect([live.version, shadow]).toEqual([id, undefined]);
    expect(compiler.prepared).toMatchObject([{ slot: 'acme/live', set: 'live' }]);
    expect(compiler.prepared[0]?.artifact.policies.map((policy) => policy.id)).toEqual(['all']);
  });

  it('compiles the shadow set where the version has shadow policies', async () => {
    const version = policyVersionId(shadowing);
    store.artifacts.set(version, built(shadowing).bytes);
    const { shadow } = await load(version);
    expect(shadow?.version).toBe(version);
    expect(compiler.prepared.map(({ slot, set }) => [slot, set])).toEqual([
      ['acme/live', 'live'],
      ['acme/shadow', 'shadow'],
    ]);
  });

  it('builds what an earlier release did not leave, once', async () => {
    await load();
    expect(store.artifacts.get(id)).toEqual(built(bundle).bytes);
    store.bundles.clear();
    await load();
    expect(compiler.prepared).toHaveLength(2);
    expect(problems).toEqual([]);
  });

  it('builds anew what is not its own, from the sources that prove themselves, and reports it', async () => {
    store.broken.add(id);
    expect((await load()).live.version).toBe(id);
    expect(problems).toMatchObject([{ kind: 'artifact-broken', policyVersion: id }]);
    expect(store.broken.size).toBe(0);
  });

  it('refuses sources whose hash is not the name of the version', async () => {
    store.bundles.set('another', bundle);
    await expect(load('another')).rejects.toThrow(PolicyRefusedError);
    await expect(loader.load('acme', { id: 'another', engine: 'cedar-wasm' })).rejects.toThrow(
      PolicyRefusedError,
    );
    expect(compiler.prepared).toEqual([]);
  });

  it('refuses a version that is not there, and one that does not parse', async () => {
    await expect(load('nothing')).rejects.toThrow(PolicyRefusedError);
    store.bundles.set('bad', { files: { 'policies/main.cedar': 'permit (principal' } });
    await expect(load('bad')).rejects.toThrow(PolicyRefusedError);
  });

  it('does not refuse what it could not read: that may pass', async () => {
    store.isUnreadable = true;
    await expect(load()).rejects.toThrow('the database is gone');
    await expect(load()).rejects.not.toThrow(PolicyRefusedError);
  });

  it('decides by the artifact it built even if that cannot be kept', async () => {
    store.keepArtifact = () => Promise.reject(new Error('the disk is full'));
    expect((await load()).live.version).toBe(id);
    expect(problems).toMatchObject([{ kind: 'artifact-not-kept' }]);
  });

  it('leaves a distrusted version to the evaluator of Cedar', async () => {
    const { live } = await loader.load('acme', { id, engine: 'cedar-wasm' });
    expect(live.version).toBe(id);
    expect(compiler.prepared).toEqual([]);
  });
});
