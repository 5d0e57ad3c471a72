/** A tenant whose policy needs a person's attributes and groups, their device, their grant and a patient's consent at once. */
import { createCleanup } from './cleanup.mjs';
import { startSallyport } from './sallyport.mjs';

export const name = 'bench';
/** As many as fill-registers.mjs spreads people over. */
const teamCount = 2_000;

const files = {
  'tenant.yaml': `name: ${name}\nposture: { maxAgeSeconds: 31536000, requirements: { diskEncrypted: true } }\n`,
  'peps.yaml':
    '- { name: gateway, kind: gateway, key: "${SALLYPORT_BENCH_KEY}", trustedProperties: [subject, device_id, patient] }\n',
  'policies/bench.cedar': `
@id("care")
permit (principal is user in group::"staff", action == Action::"read", resource is record)
when { principal.clearance < 9 && context has grant && context has device.compliant && context.device.compliant }
when { context has consent && context.consent.status == "permit" };
`,
  'entities/groups.json': JSON.stringify(
    Array.from({ length: teamCount }, (_, n) => ({
      uid: { type: 'group', id: `team-${n}` },
      attrs: {},
      parents: [{ type: 'group', id: 'staff' }],
    })),
  ),
};

/** Applies the tenant with a broker that is gone afterwards. */
export async function create(cleanup, database) {
  const own = createCleanup();
  cleanup.defer(() => own.run());
  const sallyport = await startSallyport(own, { database });
  await sallyport.apply(files);
  await own.run();
}

/** `count` questions about different people, spread over all `size` of them. */
export function questionsOf(count, size) {
  const step = Math.max(1, Math.floor(size / count));
  return Array.from({ length: count }, (_, at) => {
    // A prime walks over all of them in an order that nothing else has.
    const n = 1 + ((at * step * 7_919) % size);
    return {
      subject: { type: 'user', id: `user-${n}` },
      action: { name: 'read' },
      resource: { type: 'record', id: `record-${n}`, properties: { patient: `Patient/${n}` } },
      context: { device_id: `device-${n}`, purpose: 'TREAT' },
    };
  });
}

/** Throws unless all are permitted: a denial may cost less. */
export async function requirePermits({ baseUrl, pepKey }, questions) {
  for (const question of questions) {
    const answer = await fetch(`${baseUrl}/access/v1/evaluation`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${pepKey}` },
      body: JSON.stringify(question),
    });
    const text = await answer.text();
    if (text !== '{"decision":true}')
      throw new Error(`${JSON.stringify(question)}: ${answer.status} ${text}`);
  }
}
