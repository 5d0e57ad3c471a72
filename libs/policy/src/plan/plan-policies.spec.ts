import { describe, expect, it } from '@jest/globals';
import { type FieldMask, filterMatches } from '@sallyport/contracts';
import { isThrough, planCase } from '../../test/plan/cases.js';
import type { Row } from '../../test/plan/world.js';
import { PlanRefusal } from './plan-refusal.js';

const CASES = 600;
const SEED = 20_261_126;

function reader(row: Row) {
  return (field: string) => row[field];
}

describe('a plan', () => {
  it('lets exactly the rows through that a decision permits, and masks what its permits say', () => {
    const seen = { always_allowed: 0, always_denied: 0, conditional: 0, refused: 0 };
    let [mixed, masked, open] = [0, 0, 0];
    for (let index = 0; index < CASES; index += 1) {
      const { source, rows, plan, decisions } = planCase(SEED, index);
      if (plan instanceof PlanRefusal) {
        seen.refused += 1;
        continue;
      }
      seen[plan.kind] += 1;
      const through = rows.map((row) =>
        isThrough(plan, (filter) => filterMatches(filter, reader(row))),
      );
      const permitted = decisions.map((decision) => decision.permitted);
      expect({ index, source, through }).toEqual({ index, source, through: permitted });
      mixed += new Set(permitted).size === 2 ? 1 : 0;
      rows.forEach((row, at) => {
        const { permitted: isPermitted, determining = [] } = decisions[at] ?? {};
        if (isPermitted !== true) return;
        const isMasked = Object.values(plan.masks).some((mask) => applies(mask, row));
        const mustBe = determining.some((id) => source.includes(`@id("${id}")\n@obligation`));
        expect({ index, source, row, isMasked }).toEqual({ index, source, row, isMasked: mustBe });
        masked += isMasked ? 1 : 0;
        open += !isMasked && Object.keys(plan.masks).length > 0 ? 1 : 0;
      });
    }
    // The property would hold of a planner that refuses, or denies, everything.
    expect(mixed).toBeGreaterThan(CASES / 5);
    expect(seen.refused).toBeLessThan(CASES / 5);
    expect(seen.always_allowed).toBeGreaterThan(5);
    expect(masked).toBeGreaterThan(50);
    expect(open).toBeGreaterThan(5);
  });
});

function applies({ when }: FieldMask, row: Row): boolean {
  return when === undefined || filterMatches(when, reader(row));
}
