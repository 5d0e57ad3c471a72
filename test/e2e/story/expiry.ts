import { expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { eventually, untilTime } from '../../support/eventually.js';
import { entriesOf } from '../support/log.js';
import { picture } from '../support/pictures.js';
import { approveFor, askForHalfAnHour } from './asking.js';
import type { WithCast } from './cast.js';

const REASON = 'Support case 4712: one more look';

/** A grant that nobody ends: time does. */
export function tellExpiry(cast: WithCast): void {
  it('ends a short grant by itself: the very next question is denied, the token is over', async () => {
    const { demo, gateway, tokens, dana } = cast();
    await askForHalfAnHour(cast(), REASON);
    await approveFor(cast(), REASON, '12 s');
    const [started] = await entriesOf(demo, { type: 'grant.started' });
    const endsAtMs = Date.parse(started?.entry.endsAt ?? '');
    expect((await gateway.mayReadProduction()).decision).toBe(true);
    const token = await gateway.tokenForProduction();
    tokens.push(token);
    expect((decodeJwt(token).exp ?? Infinity) * 1000).toBeLessThanOrEqual(endsAtMs);
    await dana.page.getByRole('link', { name: 'Grants' }).click();
    await dana.page.waitForURL(/\/grants/);
    await dana.page
      .getByText(/\d s left/)
      .first()
      .waitFor();
    await picture(dana.page, 'grants-live');
    await untilTime(endsAtMs - 1_000);
    expect((await gateway.mayReadProduction()).decision).toBe(true);

    await untilTime(endsAtMs);
    const verdict = await gateway.mayReadProduction();
    expect(verdict).toMatchObject({ decision: false });
    expect(verdict.reasons).toContain('grant-missing');
    expect(await gateway.introspect(token)).toEqual({ active: false });
    expect(Date.now() - endsAtMs).toBeLessThan(2_000);
  });

  it('shows the end to whoever looks, without a reload', async () => {
    const { page } = cast().dana;
    await page.getByText('Nobody holds a role right now').waitFor();
    await page.getByRole('navigation', { name: 'Which grants' }).getByText('Ended').click();
    await page.getByText('Dana Engineer held prod-db-reader').first().waitFor();
    await picture(page, 'grants-ended');
  });

  it('writes both ends into the log: the grant’s and the token’s', async () => {
    const { demo, tokens } = cast();
    const { jti = '' } = decodeJwt(tokens.at(-1) ?? '');
    const [ended] = await eventually('an entry grant.ended', async () => {
      const entries = await entriesOf(demo, { type: 'grant.ended' });
      return entries.length > 0 && entries;
    });
    const revoked = await eventually('an entry token.revoked', async () =>
      (await entriesOf(demo, { type: 'token.revoked' })).find(({ entry }) => entry.tokenId === jti),
    );
    expect(revoked.entry).toMatchObject({ reason: 'grant-ended', grants: [ended?.entry.grantId] });
  });
}
