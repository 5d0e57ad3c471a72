import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
});
const documents = tracked.split('\n').filter((path) => path.endsWith('.md') && existsSync(path));

function brokenLinks(document: string): string[] {
  const prose = readFileSync(document, 'utf8').replace(/```[\s\S]*?```/g, '');
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^(https?|mailto):|^#/.test(target))
    .filter((target) => !existsSync(join(dirname(document), target.split('#')[0] ?? '')));
}

describe('the documents', () => {
  it.each(documents)('%s links only to what is there', (document) => {
    expect(brokenLinks(document)).toEqual([]);
  });

  it('start with a README of one screen', () => {
    const lines = readFileSync('README.md', 'utf8').split('\n');
    expect(lines.length).toBeLessThanOrEqual(90);
  });
});
