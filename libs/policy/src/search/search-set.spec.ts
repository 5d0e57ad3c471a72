import { describe, expect, it } from '@jest/globals';
import { type EntityRef, escapeTypeName, type Facts } from '@sallyport/contracts';
import { CompiledEngine } from '../compiled/compiled-engine.js';
import type { OpenQuestion } from '../engine.js';
import { EntityStore } from '../entity-store.js';

const user = (id: string): EntityRef => ({ type: 'user', id });
const doc = (id: string): EntityRef => ({ type: 'doc', id });
const folder = (id: string): EntityRef => ({ type: 'folder', id });
const NOBODY = { isOpen: false, named: [], within: [] };
const ANYBODY = { ...NOBODY, isOpen: true };

const entities = new EntityStore();
const put = (uid: EntityRef, attrs: object, parents: readonly EntityRef[]) =>
  entities.put({ uid, attrs: attrs as never, parents });
put(user('ann'), { team: 'red', starred: [{ __entity: doc('a') }] }, [{ type: 'group', id: 'g' }]);
put(doc('a'), { owner: { __entity: user('ann') } }, [folder('inner')]);
put(folder('inner'), {}, [folder('outer')]);

const facts: Facts = {
  nowMs: 1_000,
  authn: { method: 'asserted', verified: false },
  grants: [],
  missing: [],
  registerVersion: 1,
};

function prospects(policies: string, change: Partial<OpenQuestion> = {}) {
  const policy = new CompiledEngine().load('spec', { files: { 'policies/main.cedar': policies } });
  return policy.prospects({
    open: 'resource',
    openMembers: ['consent'],
    principal: { ref: user('ann') },
    action: 'read',
    resource: { ref: doc('') },
    facts,
    actionProperties: undefined,
    request: { urgent: true },
    entities,
    ...change,
  });
}

describe('who may be permitted', () => {
  it.each([
    [
      'nobody without a policy for the action',
      'permit (principal, action == Action::"write", resource);',
      NOBODY,
    ],
    [
      'nobody where the subject is another',
      'permit (principal == user::"bob", action, resource);',
      NOBODY,
    ],
    [
      'nobody where the subject is in no such group',
      'permit (principal in group::"h", action, resource);',
      NOBODY,
    ],
    ['nobody of another type', 'permit (principal, action, resource is folder);', NOBODY],
    [
      'nobody where what is known says no',
      'permit (principal, action, resource) when { principal.team == "blue" };',
      NOBODY,
    ],
    [
      'nobody where what is known fails',
      'permit (principal, action, resource) when { principal.level > 1 };',
      NOBODY,
    ],
    [
      'nobody where all are forbidden',
      'permit (principal, action, resource); forbid (principal in group::"g", action, resource is doc);',
      NOBODY,
    ],
    ['anybody where nothing is asked', 'permit (principal, action, resource);', ANYBODY],
    [
      'anybody where an attribute is asked',
      'permit (principal, action, resource) when { resource.owner == principal };',
      ANYBODY,
    ],
    [
      'anybody where a fact about the candidate is asked',
      'permit (principal, action, resource) when { context has consent };',
      ANYBODY,
    ],
    [
      'nobody where a fact about all is lacking',
      'permit (principal, action, resource) when { context has device };',
      NOBODY,
    ],
    [
      'whom a scope names',
      'permit (principal, action, resource == doc::"z");',
      { ...NOBODY, named: [doc('z')] },
    ],
    [
      'whom a condition names',
      'permit (principal, action, resource) when { context.request.urgent && resource == doc::"z" };',
      { ...NOBODY, named: [doc('z')] },
    ],
    [
      'whom the subject names',
      'permit (principal, action, resource) when { principal.starred.contains(resource) };',
      { ...NOBODY, named: [doc('a')] },
    ],
    [
      'what is below a folder',
      'permit (principal, action, resource in folder::"outer");',
      { ...NOBODY, within: [folder('outer')] },
    ],
    [
      'the less of two',
      'permit (principal, action, resource in folder::"outer") when { resource == doc::"a" };',
      { ...NOBODY, named: [doc('a')] },
    ],
    [
      'either of two',
      'permit (principal, action, resource) when { resource == doc::"a" || resource in folder::"inner" };',
      { isOpen: false, named: [doc('a')], within: [folder('inner')] },
    ],
  ])('is %s', (_who, policies, expected) => {
    expect(prospects(policies)).toEqual(expected);
  });

  it('is what stands above a known resource, where the subject is searched for', () => {
    const asked = {
      open: 'principal',
      openMembers: ['device', 'grant', 'risk'],
      principal: { ref: folder('') },
      resource: { ref: doc('a') },
    } as const;
    const policy = 'permit (principal, action, resource) when { resource in principal };';
    expect(prospects(policy, asked)).toEqual({
      ...NOBODY,
      named: [doc('a'), folder('inner'), folder('outer')],
    });
    expect(
      prospects('permit (principal, action, resource) when { context has grant };', asked),
    ).toEqual(ANYBODY);
  });

  it('is whoever stands below the subject too, where it holds the role', () => {
    const role = { type: 'role', id: 'keeper' };
    const held = { ...facts, grants: [{ id: 'g', role, endsAtMs: 2_000, breakGlass: false }] };
    const policy = 'permit (principal, action, resource in role::"keeper");';
    expect(prospects(policy, { facts: held }).within).toEqual(
      [role, user('ann')].map((ref) => expect.objectContaining(ref)),
    );
    expect(prospects(policy).within).toEqual([expect.objectContaining(role)]);
  });

  it('goes by AuthZEN’s words for types that Cedar cannot spell', () => {
    const type = 'https://example.com/doc';
    const name = escapeTypeName(type);
    const resource = { ref: { type, id: '' } };
    const named = `permit (principal, action, resource is ${name}) when { resource == ${name}::"z" };`;
    expect(prospects(named, { resource })).toEqual({ ...NOBODY, named: [{ type, id: 'z' }] });
    const within = `permit (principal, action, resource) when { resource in ${name}::"top" };`;
    expect(prospects(within).within).toEqual([{ type, id: 'top' }]);
  });
});
