import { describe, expect, it } from '@jest/globals';
import type { PolicyBundle } from '@sallyport/contracts';
import { buildArtifact } from './artifact.js';
import { PolicyLoadError } from './policy-load-error.js';

const main = `@id("a") @ttl("10m") permit (principal, action, resource) when { context.request["__entity"] == 1 };
forbid (principal, action == Action::"read", resource);`;

function bundle(text: string, schema?: string): PolicyBundle {
  return { files: { 'policies/main.cedar': text }, ...(schema === undefined ? {} : { schema }) };
}

describe('a policy artifact', () => {
  it('holds every policy as JSON text with escaped names, its annotations, and the groups of actions', () => {
    const schema =
      'entity user; action all; action read in [all] appliesTo {principal: user, resource: user};';
    const artifact = buildArtifact(bundle(main, schema));
    expect(artifact.policies.map(({ id }) => id)).toEqual(['a', 'policies/main.cedar#2']);
    expect(artifact.policies[0]?.annotations).toMatchObject({ effect: 'permit', ttlSeconds: 600 });
    expect(artifact.policies[0]?.est).toContain('"attr":"__entity_"');
    expect(artifact.actionParents).toEqual([['read', [{ type: 'Action', id: 'all' }]]]);
    expect(JSON.parse(JSON.stringify(artifact))).toEqual(artifact);
  });

  it('is the same whether policies are parsed or taken from an earlier one, and parses only what is new', () => {
    const before = buildArtifact(bundle(main));
    const known = new Map(before.policies.map(({ hash, est }) => [hash, est]));
    const next = `${main}\n@id("c") permit (principal, action, resource);`;
    const asked: boolean[] = [];
    const incremental = buildArtifact(bundle(next), (hash) => {
      asked.push(known.has(hash));
      return known.get(hash);
    });
    expect(asked).toEqual([true, true, false]);
    expect(incremental).toEqual(buildArtifact(bundle(next)));
  });

  it('is refused for a policy that is bad or an id that is there twice, also among known ones', () => {
    expect(() => buildArtifact(bundle('permit (oops);'))).toThrow(PolicyLoadError);
    const [known] = buildArtifact(
      bundle('@id("a") permit (principal, action, resource);'),
    ).policies;
    const twice =
      '@id("a") permit (principal, action, resource);\n@id("a") permit (principal, action, resource);';
    expect(() => buildArtifact(bundle(twice), () => known?.est)).toThrow(/already at/);
  });
});
