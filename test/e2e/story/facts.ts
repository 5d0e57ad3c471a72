import { beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { readFileSync } from 'node:fs';
import { CALIFORNIA } from '../support/demo.js';
import { eventually } from '../../support/eventually.js';
import { GrantDesk } from '../support/grants.js';
import { entriesOf } from '../support/log.js';
import type { WithCast } from './cast.js';

const CONSENT = new URL('../../../deploy/demo/acme/consents/patient-42.json', import.meta.url);

/** While the grant lives on, other facts turn bad. */
export function tellFacts(cast: WithCast): void {
  describe('under a live grant', () => {
    beforeAll(async () => {
      const desk = await GrantDesk.open(cast().demo);
      await desk.grant(600);
    });

    it('ends the permit and the token at the moment the laptop reports its disk unencrypted', async () => {
      const { gateway } = cast();
      const token = await permittedToken(cast);
      await reportLaptop(cast, { diskEncrypted: false });
      const verdict = await gateway.mayReadProduction();
      expect(verdict).toMatchObject({ decision: false });
      expect(verdict.reasons).toContain('device-not-compliant');
      await revokedByItself(cast, token);
      await reportLaptop(cast, { diskEncrypted: true });
      expect((await gateway.mayReadProduction()).decision).toBe(true);
      expect(await gateway.introspect(token)).toEqual({ active: false });
    });

    it('ends the permit and the token when the address moves to another continent within minutes', async () => {
      const { gateway } = cast();
      const token = await permittedToken(cast);
      const verdict = await gateway.mayReadProduction(CALIFORNIA);
      expect(verdict).toMatchObject({ decision: false, determining: ['no-impossible-travel'] });
      expect(verdict.reasons).toContain('impossible-travel');
      await revokedByItself(cast, token);
    });

    it('ends the permit for a record at the moment its patient withdraws the consent', async () => {
      const { gateway } = cast();
      expect(await gateway.mayReadRecord('42')).toMatchObject({
        decision: true,
        determining: ['record-read'],
      });
      await putConsent(cast, 'inactive');
      expect((await gateway.mayReadRecord('42')).decision).toBe(false);
      await putConsent(cast, 'active');
      expect((await gateway.mayReadRecord('42')).decision).toBe(true);
    });
  });
}

async function permittedToken(cast: WithCast): Promise<string> {
  const { gateway, tokens } = cast();
  expect((await gateway.mayReadProduction()).decision).toBe(true);
  const token = await gateway.tokenForProduction();
  expect(await gateway.introspect(token)).toMatchObject({ active: true });
  tokens.push(token);
  return token;
}

/** Nobody asks about the token; the log says by itself that it is over. */
async function revokedByItself(cast: WithCast, token: string): Promise<void> {
  const { demo, gateway } = cast();
  const { jti } = decodeJwt(token);
  await eventually('the revocation of the token', async () => {
    const revoked = await entriesOf(demo, { type: 'token.revoked' });
    return revoked.some(({ entry }) => entry.tokenId === jti);
  });
  expect(await gateway.introspect(token)).toEqual({ active: false });
}

/** What the device management would send. */
async function reportLaptop(
  cast: WithCast,
  { diskEncrypted }: { readonly diskEncrypted: boolean },
): Promise<void> {
  const { client, adminToken } = cast().demo;
  await client.ok('PUT', '/v1/tenants/acme/devices/dana-laptop', {
    key: adminToken,
    json: {
      owner: 'user::dana@acme.example',
      managed: true,
      os: 'macos',
      osVersion: '26.1',
      diskEncrypted,
      screenLock: true,
      firewall: true,
      checkedAt: new Date().toISOString(),
    },
  });
}

async function putConsent(cast: WithCast, status: 'active' | 'inactive'): Promise<void> {
  const { client, adminToken } = cast().demo;
  const consent = JSON.parse(readFileSync(CONSENT, 'utf8')) as { readonly id: string };
  await client.ok('PUT', `/v1/tenants/acme/consents/${consent.id}`, {
    key: adminToken,
    json: { ...consent, status },
  });
}
