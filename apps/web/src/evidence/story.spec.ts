import { describe, expect, it } from '@jest/globals';
import '../../test-support/dom.js';
import { DANA, OMAR } from '../../test-support/fixture-people.js';
import { FixtureWorld } from '../../test-support/fixture-world.js';
import { storyOf, type StoryChapter } from './story.js';

const NOW = Date.parse('2026-11-22T06:00:00Z');

describe('story of an entry', () => {
  it('tells a denial in order: who asked, what was known then, how it was decided, what came of it', () => {
    const chapters = storyOf(deniedEntry());
    expect(chapters.map((chapter) => chapter.title)).toEqual([
      'Who asked',
      'What was known then',
      'How it was decided',
      'What came of it',
    ]);
    expect(lineOf(chapters, 'Identity')).toBe(
      'verified by a token of https://broker.example/dev-idp',
    );
    expect(lineOf(chapters, 'Device')).toBe(
      'dana-laptop, disk encrypted, compliant, managed, checked 10 min before',
    );
    expect(lineOf(chapters, 'Place')).toBe('DE (84.44.1.2)');
    expect(lineOf(chapters, 'Live grants')).toBe('none');
    expect(lineOf(chapters, 'Unknown')).toBe('No live grant covers this. (grant-missing)');
    expect(lineOf(chapters, 'Because')).toBe('No policy permits this. (no-matching-policy)');
    expect(lineOf(chapters, 'Answer')).toBe('deny');
  });

  it('says that an identity was only asserted, and never calls a missing fact false', () => {
    const entry = {
      ...deniedEntry(),
      facts: { authn: { method: 'asserted', verified: false }, device: { id: 'phone' } },
    };
    const chapters = storyOf(entry);
    expect(lineOf(chapters, 'Identity')).toBe(
      'only asserted by the enforcement point, not verified',
    );
    expect(lineOf(chapters, 'Device')).toBe('phone');
    expect(lineOf(chapters, 'Place')).toBeUndefined();
  });

  it('tells the time that a grant had left when it was used', () => {
    const world = new FixtureWorld(() => NOW);
    world.review(OMAR, world.submit(DANA, 1_800, 'Compare the ledger').id, 'APPROVE', 'fine', 600);
    world.decide(DANA, true);
    expect(lineOf(storyOf(world.log.entries.at(-1)), 'Live grants')).toBe(
      'prod-db-reader, 10 min left',
    );
  });

  it('lists the members of every other entry in words', () => {
    const world = new FixtureWorld(() => NOW);
    world.submit(DANA, 1_800, 'Compare the ledger');
    const chapters = storyOf(world.log.entries.at(-1));
    expect(lineOf(chapters, 'Duration')).toBe('30 min');
    expect(lineOf(chapters, 'Role')).toBe('role::prod-db-reader');
    expect(lineOf(chapters, 'Time')).toBe('2026-11-22 06:00:00.000 UTC');
  });

  it.each([
    null,
    7,
    'text',
    [],
    {},
    { type: 'decision', facts: 3, reasons: 'x', determining: [null] },
  ])('never fails on %j', (raw) => {
    expect(Array.isArray(storyOf(raw))).toBe(true);
  });
});

function deniedEntry() {
  const world = new FixtureWorld(() => NOW);
  world.decide(DANA, false);
  return world.log.entries[0];
}

function lineOf(chapters: readonly StoryChapter[], label: string): string | undefined {
  return chapters.flatMap((chapter) => chapter.lines).find((line) => line.label === label)?.text;
}
