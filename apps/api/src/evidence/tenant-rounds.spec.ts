import { afterEach, describe, expect, test } from '@jest/globals';
import { TenantRounds } from './tenant-rounds.js';

describe('rounds over tenants', () => {
  let rounds: TenantRounds | undefined;
  afterEach(() => rounds?.stop());

  function start(
    tenants: readonly string[],
    step: (tenantId: string) => Promise<boolean>,
    intervalMs = 10_000,
  ) {
    const failures: unknown[] = [];
    rounds = new TenantRounds({
      tenants: () => Promise.resolve(tenants),
      work: async (tenantId) => ((await step(tenantId)) ? 0 : undefined),
      intervalMs,
      report: (error, tenantId) => failures.push([tenantId, (error as Error).message]),
    });
    rounds.start();
    return { rounds, failures };
  }
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  test('a busy tenant takes turns with the others', async () => {
    const turns: string[] = [];
    let left = 3;
    start(['busy', 'calm'], (tenantId) => {
      turns.push(tenantId);
      return Promise.resolve(tenantId === 'busy' && --left > 0);
    });
    await pause(20);
    expect(turns).toEqual(['busy', 'calm', 'busy', 'busy']);
  });

  test('a tenant that is woken between two rounds has its turn at once, each time', async () => {
    let turns = 0;
    const { rounds } = start([], () => Promise.resolve(++turns < 0));
    for (let n = 1; n <= 3; n += 1) {
      rounds.wake('acme');
      await pause(5);
      expect(turns).toBe(n);
    }
  });

  test('a tenant that never ends does not keep new tenants out', async () => {
    const turns = new Set<string>();
    const tenants = ['endless'];
    start(
      tenants,
      async (tenantId) => {
        await pause(1);
        turns.add(tenantId);
        return tenantId === 'endless';
      },
      10,
    );
    await pause(15);
    tenants.push('new');
    await pause(60);
    expect([...turns]).toEqual(['endless', 'new']);
  });

  test('a tenant whose work fails rests longer each time, and nobody else rests', async () => {
    const turns = { bad: 0, good: 0 };
    const { failures } = start(
      ['bad', 'good'],
      (tenantId) => {
        turns[tenantId as 'bad' | 'good'] += 1;
        return tenantId === 'bad' ? Promise.reject(new Error('damaged')) : Promise.resolve(false);
      },
      5,
    );
    await pause(300);
    expect(failures[0]).toEqual(['bad', 'damaged']);
    expect(turns.bad).toBeLessThan(10);
    expect(turns.good).toBeGreaterThan(turns.bad * 2);
  });

  test('after stop nothing begins, and what was under way has ended', async () => {
    let ended = false;
    const { rounds } = start(['acme'], async () => {
      await pause(30);
      ended = true;
      return true;
    });
    await pause(5);
    await rounds.stop();
    expect(ended).toBe(true);
    ended = false;
    rounds.wake('acme');
    await pause(50);
    expect(ended).toBe(false);
  });
});
