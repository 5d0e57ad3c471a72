import { describe, expect, it } from '@jest/globals';
import type { PolicyBundle } from '@sallyport/contracts';
import { buildArtifact } from './artifact.js';
import { checkBundle, validationKey } from './check.js';
import { policyTextHash } from './policy-version.js';

const schema = 'entity user; action read appliesTo { principal: user, resource: user };';
const permit = '@id("a") permit (principal, action, resource);';
const ill = '@id("b") permit (principal, action, resource) when { principal.nothing };';
const est = buildArtifact({ files: { 'policies/a.cedar': permit } }).policies[0]?.est;

const bundleOf = (...texts: string[]): PolicyBundle => ({
  schema,
  files: { 'policies/a.cedar': texts.join('\n') },
});

describe('checking a bundle of which an earlier version has a part', () => {
  it('does not parse what was parsed then', () => {
    const unparsable = 'permit (principal;';
    expect(checkBundle(bundleOf(unparsable)).ok).toBe(false);
    const earlier = {
      estOf: (hash: string) => (hash === policyTextHash(unparsable) ? est : undefined),
      isValid: () => false,
    };
    const bundle = bundleOf(unparsable);
    expect(buildArtifact(bundle, earlier.estOf).policies.map((policy) => policy.est)).toEqual([
      est,
    ]);
  });

  it('does not validate what was found good then, and all of the rest', () => {
    const earlier = {
      estOf: () => undefined,
      isValid: (hash: string) => hash === policyTextHash(ill),
    };
    expect(checkBundle(bundleOf(permit, ill)).problems).toHaveLength(1);
    expect(checkBundle(bundleOf(permit, ill), earlier).problems).toEqual([]);
    const other = ill.replace('"b"', '"c"');
    expect(checkBundle(bundleOf(permit, ill, other), earlier).problems).toMatchObject([
      { line: 3 },
    ]);
  });

  it('names the policies that it warns about, so that they are looked at again', () => {
    const odd = '@id("odd") permit (principal, action, resource) when { 1 == 2 };';
    expect([...checkBundle(bundleOf(permit, odd)).warned]).toEqual([policyTextHash(odd)]);
  });

  it('takes validation under one schema for nothing under another', () => {
    const key = validationKey(bundleOf(permit));
    expect(validationKey(bundleOf(ill))).toBe(key);
    expect(validationKey({ ...bundleOf(permit), schema: `${schema} entity group;` })).not.toBe(key);
    expect(validationKey({ files: {} })).not.toBe(key);
  });
});
