import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { fillSecrets, isPlaceholder } from './fill-secrets.js';

describe('fillSecrets', () => {
  const secrets: Record<string, string> = { KEY: 'a: "b" #{c}', OTHER: 'other-key' };

  it.each(['- key: ${KEY}', '- key: "${KEY}"', "- key: '${KEY}'", '- { name: x, key: ${KEY} }'])(
    'puts any secret into %s as the text that it is',
    (line) => {
      const { text, missing } = fillSecrets(line, (name) => secrets[name]);
      expect(parse(text)).toMatchObject([{ key: secrets['KEY'] }]);
      expect(missing).toEqual([]);
    },
  );

  it('leaves what it has no secret for, and says so once', () => {
    const { text, missing } = fillSecrets('[${KEY}, ${NONE}, ${NONE}]', (name) => secrets[name]);
    expect(missing).toEqual(['NONE']);
    expect(parse(text.replaceAll('${NONE}', 'x'))).toEqual([secrets['KEY'], 'x', 'x']);
  });

  it('touches nothing else', () => {
    expect(fillSecrets('- path: /records/{id}\n  cost: $5\n', () => 'x').text).toBe(
      '- path: /records/{id}\n  cost: $5\n',
    );
  });
});

it('tells a placeholder from a key', () => {
  expect(isPlaceholder('${ACME_KEY}')).toBe(true);
  expect(isPlaceholder('abc${ACME_KEY}')).toBe(false);
});
