import { describe, expect, it } from '@jest/globals';
import { matchesLabels } from './match-labels.js';

describe('matchesLabels', () => {
  it.each([
    [['N'], ['N'], true],
    [['N'], ['L'], true],
    [['N'], ['R'], false],
    [['N'], ['N', 'R'], false],
    [['N', 'R'], ['R'], true],
    [['PSY'], ['PSY', 'R'], true],
    [['PSY'], ['HIV'], false],
    [['PSY', 'N'], ['HIV', 'R'], false],
    [['N'], [], false],
    [['N'], ['PSY'], false],
  ])('lets a permit for %j cover data labelled %j: %p', (wanted, actual, isCovered) => {
    expect(matchesLabels(wanted, actual, 'permit')).toBe(isCovered);
  });

  it.each([
    [['R'], ['R'], true],
    [['R'], ['V'], true],
    [['R'], ['N'], false],
    [['R'], ['N', 'V'], true],
    [['PSY'], ['PSY'], true],
    [['R'], [], false],
    [['N', 'V'], ['R'], true],
  ])('lets a denial of %j hit data labelled %j: %p', (wanted, actual, isHit) => {
    expect(matchesLabels(wanted, actual, 'deny')).toBe(isHit);
  });
});
