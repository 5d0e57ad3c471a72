import { expect, it } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { entriesOf } from '../support/log.js';
import { picture } from '../support/pictures.js';
import { approveFor, askForHalfAnHour, rowOf } from './asking.js';
import type { WithCast } from './cast.js';

const REASON = 'Support case 4711: compare the ledger';
const TEN_MINUTES_MS = 600_000;

/** From the first denial to the permit, and back when the grant is given back. */
export function tellAccess(cast: WithCast): void {
  it('denies Dana the production database while no grant is live, and says why', async () => {
    const verdict = await cast().gateway.mayReadProduction();
    expect(verdict).toMatchObject({ decision: false, determining: [] });
    expect(verdict.reasons).toContain('grant-missing');
    expect(await cast().gateway.refusedToken()).toMatchObject({
      status: 400,
      error: 'invalid_target',
    });
  });

  it('lets Dana ask for the role, and keeps her from approving it herself', async () => {
    const { page } = cast().dana;
    await askForHalfAnHour(cast(), REASON);
    expect(await page.getByRole('form', { name: 'Your review' }).count()).toBe(0);
    expect(await page.getByRole('radio', { name: 'Approve' }).count()).toBe(0);
    await picture(page, 'request-own');
  });

  it('puts the request into Omar’s queue while he looks at it', async () => {
    const { page } = cast().omar;
    await rowOf(page, REASON).waitFor();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(
      'One request waits for you',
    );
    await picture(page, 'requests-for-me');
  });

  it('shows Omar what it would allow before he answers', async () => {
    const { page } = cast().omar;
    await rowOf(page, REASON).getByRole('link').click();
    await page.getByText('1 more thing would be permitted: 0 today, 1 with the grant.').waitFor();
    expect(await page.getByText('read prod (database)').count()).toBe(1);
    expect(await page.getByRole('radio', { name: 'Deny' }).isChecked()).toBe(true);
    await picture(page, 'request-review');
  });

  it('lets Omar shorten it to ten minutes and approve', async () => {
    await approveFor(cast(), REASON, '10 min');
    await picture(cast().omar.page, 'request-approved');
    await cast().dana.page.getByText('The request is approved').waitFor();
    await picture(cast().dana.page, 'request-own-approved');
    const [approved] = await entriesOf(cast().demo, { type: 'request.approved' });
    expect(approved?.entry.durationSeconds).toBe(600);
  });

  it('permits the same question now, and issues a token that lives no longer than the grant', async () => {
    const { demo, gateway, tokens } = cast();
    expect(await gateway.mayReadProduction()).toMatchObject({
      decision: true,
      determining: ['prod-db-read'],
    });
    const token = await gateway.tokenForProduction();
    const { payload, protectedHeader } = await jwtVerify(
      token,
      createRemoteJWKSet(new URL(`${demo.url}/.well-known/jwks.json`)),
      { issuer: demo.url, audience: 'prod-db', typ: 'at+jwt' },
    );
    const [started] = await entriesOf(demo, { type: 'grant.started' });
    const startedAtMs = Date.parse(started?.entry.time ?? '');
    expect(protectedHeader.alg).toBe('EdDSA');
    expect(payload.sub).toBe('dana@acme.example');
    expect((payload.exp ?? Infinity) * 1000).toBeLessThanOrEqual(startedAtMs + TEN_MINUTES_MS);
    expect(await gateway.introspect(token)).toMatchObject({ active: true, exp: payload.exp });
    tokens.push(token);
  });

  it('denies again, and ends the token, as soon as Dana gives the role back', async () => {
    const { dana, gateway, tokens } = cast();
    await dana.page.getByRole('link', { name: 'Grants' }).click();
    await dana.page.getByRole('button', { name: 'Give back prod-db-reader' }).click();
    await picture(dana.page, 'grants-give-back');
    await dana.page.getByRole('button', { name: 'Give back prod-db-reader now' }).click();
    await dana.page.getByText('You gave prod-db-reader back.').waitFor();
    expect((await gateway.mayReadProduction()).decision).toBe(false);
    expect(await gateway.introspect(tokens.at(-1) ?? '')).toEqual({ active: false });
  });
}
