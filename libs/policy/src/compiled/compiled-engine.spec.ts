import { describe, expect, it } from '@jest/globals';
import type { Facts, JsonObject, PolicyBundle } from '@sallyport/contracts';
import { buildArtifact, type PolicyArtifact } from '../artifact.js';
import { checkBundle } from '../check.js';
import type { LoadedPolicy } from '../engine.js';
import { EntityStore } from '../entity-store.js';
import { NotResident } from '../not-resident.js';
import { PolicyLoadError } from '../policy-load-error.js';
import { CompiledEngine } from './compiled-engine.js';
import { PolicyCache } from './policy-cache.js';

const facts: Facts = {
  nowMs: 0,
  authn: { method: 'token', verified: true },
  grants: [],
  missing: [],
  registerVersion: 1,
};

function bundle(...policies: string[]): PolicyBundle {
  return { files: { 'main.cedar': policies.join('\n') } };
}

function policiesAbout(count: number, limit = 0): string[] {
  return Array.from(
    { length: count },
    (_, n) =>
      `@id("p${String(n)}") permit (principal, action, resource == file::"${String(n)}") when { context.request.n > ${String(limit)} && !(context.request has "k${String(n)}") };`,
  );
}

function evaluate(
  policy: LoadedPolicy,
  about: number,
  request: JsonObject = { n: 1 },
  entities = new EntityStore(),
) {
  return policy.evaluate({
    principal: { ref: { type: 'user', id: 'a' } },
    action: 'read',
    resource: { ref: { type: 'file', id: String(about) } },
    facts,
    actionProperties: undefined,
    request,
    entities,
  });
}

function ask(policy: LoadedPolicy, about: number) {
  return evaluate(policy, about).determining.map(({ id }) => id);
}

/** The artifact as it would be with policies that nothing can be compiled from. */
function unreadable(artifact: PolicyArtifact): PolicyArtifact {
  const policies = artifact.policies.map((policy) => ({ ...policy, est: 'not JSON' }));
  return { ...artifact, version: 'another', policies };
}

describe('loading an artifact', () => {
  const artifact = buildArtifact(bundle(...policiesAbout(200)));

  it('lets others have a turn again and again, and gives what loading at once gives', async () => {
    let turns = 0;
    const pause = async () => void (turns += 1);
    const prepared = await new CompiledEngine().prepare('t', artifact, 'live', pause);
    expect(turns).toBeGreaterThanOrEqual(5);
    const loaded = new CompiledEngine().loadArtifact('t', artifact);
    for (const policy of [prepared, loaded]) {
      expect([0, 199, 200].map((n) => ask(policy, n))).toEqual([['p0'], ['p199'], []]);
      expect(policy.version).toBe(artifact.version);
      expect([...policy.annotations.keys()]).toEqual(artifact.policies.map(({ id }) => id));
    }
  });

  it('takes policies with a known hash from the version before, in the same slot alone', () => {
    const engine = new CompiledEngine();
    engine.loadArtifact('t', artifact);
    expect(ask(engine.loadArtifact('t', unreadable(artifact)), 7)).toEqual(['p7']);
    expect(() => engine.loadArtifact('other', unreadable(artifact))).toThrow(SyntaxError);
  });

  it('goes on deciding with a version that another one has followed', () => {
    const engine = new CompiledEngine();
    const before = engine.loadArtifact('t', artifact);
    const after = engine.loadArtifact('t', buildArtifact(bundle(...policiesAbout(3, 5))));
    expect([ask(before, 2), ask(after, 2), ask(before, 2)]).toEqual([['p2'], [], ['p2']]);
  });

  it('holds no more than some versions’ worth of code, however many there were', () => {
    const cache = new PolicyCache();
    let most = 0;
    for (let version = 0; version < 200; version++) {
      const policies = policiesAbout(100).map((_, n) => ({
        id: String(n),
        hash: `${String(version)}-${String(n)}`,
        est: JSON.stringify({
          effect: 'permit',
          principal: { op: 'All' },
          action: { op: 'All' },
          resource: { op: 'All' },
          conditions: [{ kind: 'when', body: { Value: `${String(version)} ${String(n)}` } }],
        }),
        annotations: { effect: 'permit' as const, mode: 'enforce' as const, controls: [] },
      }));
      cache.begin({ ...artifact, version: String(version), policies });
      for (const policy of policies) cache.get(policy);
      cache.end();
      most = Math.max(most, cache.size);
    }
    expect(most).toBeLessThanOrEqual(10_100);
    expect(cache.size).toBeGreaterThanOrEqual(100);
  });
});

describe('the compiled engine', () => {
  it('refuses a policy that it does not support when it is checked and when it is loaded, with the feature named', () => {
    const odd = bundle('permit (principal, action, resource) when { unknown("x") };');
    const expected = 'Not supported: the function unknown.';
    expect(checkBundle(odd).problems).toMatchObject([{ line: 1, message: expected }]);
    expect(() => new CompiledEngine().load('t', odd)).toThrow(PolicyLoadError);
    expect(() => new CompiledEngine().load('t', odd)).toThrow(expected);
  });

  it('lets it through where a store says that something is not in memory', () => {
    const missing = new NotResident(async () => undefined);
    const entities = new EntityStore({
      miss() {
        throw missing;
      },
    });
    const policy = new CompiledEngine().load('t', bundle(...policiesAbout(1)));
    expect(() => evaluate(policy, 0, { n: 1 }, entities)).toThrow(missing);
  });

  it('looks once at a condition that policies share, and tells it of each that fails', () => {
    const condition = 'when { context.request.n == 1 } when { context.request.none }';
    const failing = ['a', 'b'].map(
      (id) => `@id("${id}") forbid (principal, action, resource) ${condition};`,
    );
    const policy = new CompiledEngine().load('t', bundle(...failing, ...policiesAbout(1)));
    let looks = 0;
    const erroring = (n: number) => {
      const request = Object.defineProperty({}, 'n', {
        get() {
          looks += 1;
          return n;
        },
      });
      return evaluate(policy, 1, request).erroring.map(({ id }) => id);
    };
    expect([erroring(1), erroring(2), erroring(1)]).toEqual([['a', 'b'], [], ['a', 'b']]);
    expect(looks).toBe(3);
  });

  it('looks once at what a batch says of its context, and at each resource', () => {
    const policies = [0, 1].map(
      (n) =>
        `@id("${String(n)}") permit (principal, action, resource) when { context.request.n > 0 && resource == file::"${String(n)}" };`,
    );
    const policy = new CompiledEngine().load('t', bundle(...policies));
    let looks = 0;
    const batch = (n: number) => {
      const request = Object.defineProperty({}, 'n', {
        get() {
          looks += 1;
          return n;
        },
      });
      return [0, 1, 2].map((about) =>
        evaluate(policy, about, request).determining.map(({ id }) => id),
      );
    };
    expect([batch(1), batch(0), batch(1)]).toEqual([
      [['0'], ['1'], []],
      [[], [], []],
      [['0'], ['1'], []],
    ]);
    expect(looks).toBe(3);
  });

  it('looks at entities for each question of a batch, also at those that the context chooses', () => {
    const conditions = [
      'user::"b".ok',
      '(if context.request.n > 0 then user::"b" else user::"c").ok',
      '(if context.request.n > 0 then user::"b" else user::"c") in group::"g"',
      'user::"b" has ok && context.request.n > 0',
    ];
    const policies = conditions.map(
      (condition, n) =>
        `@id("${String(n)}") permit (principal, action, resource) when { ${condition} };`,
    );
    const policy = new CompiledEngine().load('t', bundle(...policies));
    const entities = new EntityStore();
    const request = { n: 1 };
    const permits = () => evaluate(policy, 0, request, entities).determining.map(({ id }) => id);
    expect(permits()).toEqual([]);
    const uid = { type: 'user', id: 'b' };
    entities.put({ uid, attrs: { ok: true }, parents: [{ type: 'group', id: 'g' }] });
    expect(permits()).toEqual(['0', '1', '2', '3']);
    entities.remove(uid);
    expect(permits()).toEqual([]);
  });
});
