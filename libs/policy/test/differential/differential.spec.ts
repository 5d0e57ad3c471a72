import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { referenceVerdicts } from './cedar-wasm.js';
import { differenceOf } from './compare.js';
import { Coverage } from './coverage.js';
import { generateRound } from './generate.js';
import { type Round, roundFromText, roundToText, type Verdict } from './round.js';
import { disagreementsIn } from './run-rounds.js';
import { shrink } from './shrink.js';

const folder = join(import.meta.dirname, 'regressions');
const regressions = readdirSync(folder);
const answer: Verdict = { decision: 'allow', reason: ['a'], errors: [] };

describe('the compiled engine', () => {
  it.each(regressions)('agrees with cedar-wasm on what it once did not: %s', (file) => {
    expect(disagreementsIn(roundFromText(readFileSync(join(folder, file), 'utf8')))).toEqual([]);
  });

  it('agrees with cedar-wasm on generated rounds', () => {
    for (let index = 0; index < 60; index++)
      expect({ index, found: disagreementsIn(generateRound(3, index)) }).toEqual({
        index,
        found: [],
      });
  });
});

describe('the differential test', () => {
  it('generates the same round again from its seed and number, and another from another', () => {
    for (let index = 0; index < 20; index++) {
      expect(generateRound(1, index)).toEqual(generateRound(1, index));
      expect(generateRound(1, index)).not.toEqual(generateRound(2, index));
    }
  });

  it('keeps a round as text to the last digit', () => {
    const rounds = Array.from({ length: 60 }, (_, index) => generateRound(5, index));
    for (const round of rounds) expect(roundFromText(roundToText(round))).toEqual(round);
    expect(rounds.some((round) => roundToText(round).includes('$integer'))).toBe(true);
  });

  it.each<[string, Verdict]>([
    ['crash', { crash: 'TypeError' }],
    ['acceptance', { failure: 'no' }],
    ['decision', { ...answer, decision: 'deny' }],
    ['determining policies', { ...answer, reason: ['a', 'a'] }],
    ['erroring policies', { ...answer, errors: [{ policyId: 'b', message: 'overflow' }] }],
  ])('sees a difference in %s', (difference, verdict) => {
    expect(differenceOf(answer, verdict)).toBe(difference);
  });

  it('sees none in messages', () => {
    const erring = (message: string) => ({ ...answer, errors: [{ policyId: 'b', message }] });
    expect(differenceOf(erring('x'), erring('y'))).toBeUndefined();
    expect(differenceOf({ failure: 'x' }, { failure: 'y' })).toBeUndefined();
  });

  it('makes what it found as small as it can be', () => {
    const holds = (round: Round) =>
      round.questions.length > 0 && JSON.stringify(round.policies).includes('"like"');
    const found = Array.from({ length: 60 }, (_, index) => index).find((index) => {
      const round = generateRound(8, index);
      return holds(round) && !roundToText(round).includes('$integer');
    });
    const { policies, entities, questions } = shrink(generateRound(8, found ?? 0), holds);
    expect(policies).toHaveLength(1);
    expect(policies[0]?.json['conditions']).toHaveLength(1);
    expect(JSON.stringify(policies[0]?.json['conditions']).length).toBeLessThan(120);
    expect([entities.length, questions.length]).toEqual([0, 1]);
  });

  it('counts an error of no known kind under its message', () => {
    const round = generateRound(1, 0);
    const coverage = new Coverage();
    coverage.add(round, referenceVerdicts(round));
    coverage.add(round, [{ ...answer, errors: [{ policyId: 'b', message: 'out of luck' }] }]);
    expect(coverage.counts).toHaveProperty(['error/of no known kind: out of luck'], 1);
  });
});
