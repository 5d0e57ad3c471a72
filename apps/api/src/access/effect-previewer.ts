import type { EntityRef, GrantFacts } from '@sallyport/contracts';
import { assessPosture } from '@sallyport/risk';
import type { DecideService, DecisionOutcome, PreviewInput } from '../decide/index.js';
import type { Clock } from '../platform/clock.js';
import { NotFoundError } from '../platform/errors.js';
import { type FactsRegister, type TenantFacts, whenResident } from '../registers/facts.ports.js';
import { type EffectPreview, EffectPreviewer } from './access.ports.js';

/** Questions asked for one preview; each is asked twice. */
const MAX_QUESTIONS = 2_000;
const MAX_SAMPLES = 50;
/** Longer turns would make decisions wait for a preview. */
const MAX_TURN_MS = 8;
/** Entities that are asked about, not for. */
const NOT_RESOURCES: ReadonlySet<string> = new Set(['user', 'group', 'role', 'Action']);

type Asked = Pick<PreviewInput, 'action' | 'resource'>;

/**
 * Asks the live policy every action on every registered resource, without and with the grant, as the holder would ask from
 * where they were last seen, on their freshest device. What differs is the effect.
 */
export class PolicyEffectPreviewer extends EffectPreviewer {
  constructor(
    private readonly decide: DecideService,
    private readonly facts: FactsRegister,
    private readonly clock: Clock,
  ) {
    super();
  }

  async preview(
    tenantId: string,
    subject: EntityRef,
    role: EntityRef,
    endsAtMs: number,
  ): Promise<EffectPreview> {
    const facts = this.facts.tenant(tenantId);
    if (!facts) throw new NotFoundError('no such tenant');
    const { questions, complete } = questionsOf(facts);
    const { deviceId, conditions } = await whenResident(() => this.circumstances(facts, subject));
    const asker = {
      tenantId,
      subject,
      context: {},
      ...(deviceId === undefined ? {} : { deviceId }),
    };
    const grant: GrantFacts = { id: 'preview', role, endsAtMs, breakGlass: false };
    const newlyPermitted: EffectPreview['newlyPermitted'][number][] = [];
    let permitsToday = 0;
    let permitsAfter = 0;
    let turnStartedAt = performance.now();
    for (const question of questions) {
      const today = await this.decide.preview({ ...asker, ...question });
      const after = await this.decide.preview({ ...asker, ...question, extraGrants: [grant] });
      if (today?.permitted) permitsToday += 1;
      if (after?.permitted) permitsAfter += 1;
      if (after?.permitted && !today?.permitted && newlyPermitted.length < MAX_SAMPLES) {
        newlyPermitted.push(sampleOf(question, after));
      }
      if (performance.now() - turnStartedAt > MAX_TURN_MS) {
        await new Promise((resolve) => setImmediate(resolve));
        turnStartedAt = performance.now();
      }
    }
    return {
      computedAtMs: this.clock.nowMs(),
      permitsToday,
      permitsAfter,
      newlyPermitted,
      conditions,
      complete,
    };
  }

  private circumstances(
    facts: TenantFacts,
    subject: EntityRef,
  ): { deviceId: string | undefined; conditions: string[] } {
    const device = facts
      .devicesOf(subject.id)
      .filter(
        (record) =>
          assessPosture(record, facts.settings.posture, this.clock.nowMs(), subject.id).known,
      )
      .toSorted((a, b) => b.checkedAtMs - a.checkedAtMs)[0];
    const place = facts.place(subject);
    return {
      deviceId: device?.deviceId,
      conditions: [
        device
          ? `on the device ${device.deviceId}, as it was last checked`
          : 'without a device that was checked recently',
        place?.country === undefined
          ? 'from an unknown place'
          : `from ${place.country}, where they were last seen`,
      ],
    };
  }
}

function questionsOf(facts: TenantFacts): { questions: Asked[]; complete: boolean } {
  const actions = facts.policy?.actionNames ?? [];
  const questions: Asked[] = [];
  for (const { uid } of facts.entities(NOT_RESOURCES)) {
    for (const name of actions) {
      if (questions.length >= MAX_QUESTIONS) return { questions, complete: false };
      questions.push({ action: { name }, resource: uid });
    }
  }
  return { questions, complete: true };
}

function sampleOf(
  { action, resource }: Asked,
  outcome: DecisionOutcome,
): EffectPreview['newlyPermitted'][number] {
  const policy = outcome.determining[0];
  return {
    action: action.name,
    resource,
    ...(policy ? { policy: policy.id } : {}),
  };
}
