import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Evaluation, Facts, PolicyBundle } from '@sallyport/contracts';
import {
  CedarWasmEngine,
  EntityStore,
  type LoadedPolicy,
  type PolicyQuestion,
  policyVersionId,
} from '@sallyport/policy';
import { setTimeout as sleep } from 'node:timers/promises';
import { built } from '../artifact-builder.js';
import { CrossChecker, type CheckResult, type Disagreement } from './cross-checker.js';
import type { DeskRequest } from './reference-desk.js';
import { openInline, type LineListener, type OpenLine } from './reference-thread.js';
import { Sampling } from './sampling.js';

const bundle: PolicyBundle = {
  files: {
    'policies/main.cedar': `
      @id("staff") permit (principal in group::"staff", action, resource)
        when { context.authn.verified && config::"door".isOpen };
      @id("odd") permit (principal, action, resource) when { principal.nothing };`,
  },
};
const version = policyVersionId(bundle);
const facts: Facts = {
  nowMs: 1_800_000_000_000,
  authn: { method: 'token', verified: true },
  grants: [],
  missing: [],
  registerVersion: 1,
};

function question(members = 0): PolicyQuestion {
  const entities = new EntityStore();
  const staff = { type: 'group', id: 'staff' };
  const groups = Array.from({ length: members }, (_, n) => ({ type: 'group', id: `g${n}` }));
  entities.put({ uid: { type: 'user', id: 'dana' }, attrs: {}, parents: [staff, ...groups] });
  for (const uid of [staff, ...groups]) entities.put({ uid, attrs: {}, parents: [] });
  entities.put({ uid: { type: 'config', id: 'door' }, attrs: { isOpen: true }, parents: [] });
  return {
    principal: { ref: { type: 'user', id: 'dana' } },
    action: 'read',
    resource: { ref: { type: 'record', id: '42' } },
    facts,
    actionProperties: undefined,
    request: undefined,
    entities,
  };
}

describe('putting decisions to the reference', () => {
  let policy: LoadedPolicy;
  let counts: Partial<Record<CheckResult, number>>;
  let disagreements: Disagreement[];
  let reports: string[];
  let nowMs: number;
  let posted: DeskRequest[];
  let replies: number;
  let listeners: LineListener[];
  let checker: CrossChecker;
  let stored: PolicyBundle | undefined;

  const checkerOn = (openLine: OpenLine) =>
    new CrossChecker({
      sampling: new Sampling({ oneIn: 1, maxPerSecond: 99, monotonicMs: () => 0, random: () => 0 }),
      openLine: (listener) => {
        listeners.push(listener);
        const line = openLine({
          ...listener,
          reply: (reply) => {
            listener.reply(reply);
            replies += 1;
          },
        });
        return {
          post: (request) => {
            posted.push(request);
            line.post(request);
          },
          close: () => line.close(),
        };
      },
      store: {
        bundle: async () => stored,
        artifact: async () => ({ kind: 'kept', bytes: built(bundle).bytes }),
      } as never,
      loadAfterMs: 0,
      monotonicMs: () => nowMs,
      count: (result) => (counts[result] = (counts[result] ?? 0) + 1),
      report: (event) => reports.push(event),
      onDisagreement: (disagreement) => disagreements.push(disagreement),
    });
  /** A line on which nobody answers. */
  const silent: OpenLine = () => ({ post: () => undefined, close: () => Promise.resolve() });

  beforeEach(() => {
    policy = new CedarWasmEngine().load('a process', bundle);
    [counts, disagreements, reports, nowMs, posted, listeners] = [{}, [], [], 0, [], []];
    replies = 0;
    stored = bundle;
    checker = checkerOn(openInline);
  });
  afterEach(() => checker.close());

  const decide = (asked = question(), evaluation: Evaluation = policy.evaluate(asked)) =>
    checker.take({
      tenantId: 'acme',
      decisionId: 'd1',
      policyVersion: version,
      question: asked,
      evaluation,
    });
  const until = async (isTrue: () => boolean) => {
    for (let at = 0; at < 500 && !isTrue(); at += 1) await sleep(5);
    if (!isTrue()) throw new Error(`it never became true: ${JSON.stringify(counts)}`);
  };
  /** Has the reference load the version. */
  const warmUp = async () => {
    decide();
    await until(() => replies === 1);
    counts = {};
  };

  it('finds that it agrees, on the entities that policies name as well', async () => {
    await warmUp();
    decide();
    await until(() => counts.agreed === 1);
    expect([disagreements, reports]).toEqual([[], []]);
  });

  it('asks with the facts of the moment of the decision, whatever they become', async () => {
    await warmUp();
    const asked = question();
    decide(asked);
    asked.entities.remove({ type: 'config', id: 'door' });
    await until(() => counts.agreed === 1);
  });

  it.each<[string, (evaluation: Evaluation) => Evaluation]>([
    ['another outcome', (evaluation) => ({ ...evaluation, outcome: 'deny' })],
    ['a determining policy less', (evaluation) => ({ ...evaluation, determining: [] })],
    ['an erroring policy less', (evaluation) => ({ ...evaluation, erroring: [] })],
  ])('finds %s, and says what the reference says', async (_, falsify) => {
    await warmUp();
    decide(question(), falsify(policy.evaluate(question())));
    await until(() => counts.disagreed === 1);
    expect(disagreements).toMatchObject([
      {
        tenantId: 'acme',
        decisionId: 'd1',
        policyVersion: version,
        reference: { outcome: 'permit', determining: ['staff'], erroring: ['odd'] },
        sources: bundle,
      },
    ]);
  });

  it('asks nothing more about a version that is left to the reference', async () => {
    await warmUp();
    decide(question(), { ...policy.evaluate(question()), outcome: 'deny' });
    await until(() => counts.disagreed === 1);
    nowMs = 1_000_000;
    decide();
    expect(counts.dropped).toBe(1);
  });

  it('drops what comes while the reference rests from its work, and counts it', async () => {
    await warmUp();
    decide();
    await until(() => counts.agreed === 1);
    decide();
    expect(counts.dropped).toBe(1);
    nowMs = 60_000;
    decide();
    await until(() => counts.agreed === 2);
  });

  it('drops what the reference has no room for, and never queues without end', async () => {
    checker = checkerOn(silent);
    decide();
    await until(() => posted.length === 1);
    listeners[0]?.reply({ kind: 'loaded', tenantId: 'acme', version, named: [] });
    for (let at = 0; at < 100; at += 1) decide();
    expect(posted.filter(({ kind }) => kind === 'ask')).toHaveLength(32);
    expect(counts.dropped).toBe(69);
  });

  it('drops a question that hangs together with too much', async () => {
    await warmUp();
    decide(question(2_000));
    expect(counts.dropped).toBe(1);
  });

  it('opens another line, after a while, when one is lost', async () => {
    await warmUp();
    listeners[0]?.lost(new Error('the thread ended'));
    decide();
    expect(listeners).toHaveLength(1);
    nowMs = 5_000;
    decide();
    await until(() => replies === 2);
    decide();
    await until(() => counts.agreed === 1);
    expect(reports).toEqual(['policy-check-failed']);
  });

  it('takes the word of no version but its own: sources prove themselves', async () => {
    stored = { files: { 'policies/main.cedar': 'permit (principal, action, resource);' } };
    decide();
    await until(() => reports.length === 1);
    decide();
    expect([posted.map(({ kind }) => kind), counts.dropped]).toEqual([['load'], 2]);
  });
});
