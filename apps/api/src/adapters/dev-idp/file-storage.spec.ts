import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { FileStorage } from './file-storage.js';

describe('what the development identity provider remembers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dev-idp-storage-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const codes = () => new FileStorage(folder).adapter('AuthorizationCode');

  test('is known to every process of the instance, until it is destroyed', async () => {
    await codes().upsert('one', { uid: 'u1', grantId: 'g1' }, 60);
    expect(await codes().find('one')).toEqual({ uid: 'u1', grantId: 'g1' });
    expect(await codes().findByUid('u1')).toEqual({ uid: 'u1', grantId: 'g1' });
    expect(await new FileStorage(folder).adapter('Session').find('one')).toBeUndefined();
    await codes().consume('one');
    expect(await codes().find('one')).toMatchObject({ consumed: expect.any(Number) });
    await codes().destroy('one');
    expect(await codes().find('one')).toBeUndefined();
  });

  test('goes with its grant', async () => {
    await codes().upsert('two', { grantId: 'g2' }, 60);
    await codes().upsert('three', { grantId: 'g3' }, 60);
    await codes().revokeByGrantId('g2');
    expect([await codes().find('two'), await codes().find('three')]).toEqual([
      undefined,
      { grantId: 'g3' },
    ]);
  });

  test('is forgotten when its time is over', async () => {
    await codes().upsert('four', {}, -1);
    const before = readdirSync(folder).length;
    expect(await codes().find('four')).toBeUndefined();
    expect(readdirSync(folder)).toHaveLength(before - 1);
  });
});
