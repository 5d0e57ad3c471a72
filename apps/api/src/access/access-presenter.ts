import type { EntityRef } from '@sallyport/contracts';
import { isLive } from '@sallyport/grants';
import { assessPosture } from '@sallyport/risk';
import type { Clock } from '../platform/clock.js';
import type { TenantFacts } from '../registers/facts.ports.js';
import type { AccessService, Actor } from './access.service.js';
import type { StoredGrant } from './access.ports.js';
import type { AccessRuleType, DeviceView, GrantType, MyContext } from './access.types.js';
import type { VersionedAccessRule } from '../registers/facts.ports.js';
import { groupsOf, nameOf, reviewersOf } from './people.js';

/** Domain objects as the console sees them, for one viewer at one moment. */
export class AccessPresenter {
  constructor(
    private readonly access: AccessService,
    private readonly clock: Clock,
  ) {}

  rule(
    { rule, version }: VersionedAccessRule,
    facts: TenantFacts,
    askerId: string,
  ): AccessRuleType {
    const { id, title, role, maxDurationSeconds, defaultDurationSeconds } = rule;
    const { reasonRequired, minReasonLength, approvalsNeeded } = rule;
    return {
      id,
      version,
      title,
      role: { ...role },
      maxDurationSeconds,
      defaultDurationSeconds,
      reasonRequired,
      minReasonLength: reasonRequired ? minReasonLength : 0,
      approvalsNeeded,
      approvers: reviewersOf(facts, rule, askerId),
    };
  }

  grant(grant: StoredGrant, viewer: Actor): GrantType {
    const live = isLive(grant, this.clock.nowMs());
    const isHolder = grant.subjectId === viewer.subject.id;
    return {
      id: grant.id,
      version: grant.version,
      requestId: grant.requestId,
      subject: { type: grant.subjectType, id: grant.subjectId },
      subjectName: nameOf(this.access.tenant(viewer.tenantId), grant.subjectId),
      role: { ...grant.role },
      startsAt: new Date(grant.startsAtMs),
      endsAt: new Date(grant.endsAtMs),
      state: grant.state === 'active' && !live ? 'ended' : grant.state,
      ...(grant.endedAtMs === undefined ? {} : { endedAt: new Date(grant.endedAtMs) }),
      ...(grant.endedBy === undefined ? {} : { endedBy: grant.endedBy }),
      // A grant that is given back needs no reason.
      ...(grant.endReason ? { endReason: grant.endReason } : {}),
      live,
      canRevoke: live && this.access.mayRevoke(viewer, grant),
      canReturn: live && isHolder,
    };
  }

  /** What the broker knows about a subject now. */
  context(subject: EntityRef, viewer: Actor): MyContext {
    const facts = this.access.tenant(viewer.tenantId);
    const place = facts.place(subject);
    return {
      subject: { ...subject },
      groups: groupsOf(facts, subject.id),
      devices: this.devices(facts, subject),
      grants: facts
        .grantsOf(subject)
        .filter((grant) => isLive(grant, this.clock.nowMs()))
        .map((grant) =>
          this.grant({ ...grant, subjectType: subject.type, breakGlass: false }, viewer),
        ),
      ...(place === undefined
        ? {}
        : {
            lastPlace: {
              at: new Date(place.atMs),
              ...(place.country === undefined ? {} : { country: place.country }),
            },
          }),
    };
  }

  private devices(facts: TenantFacts, subject: EntityRef): DeviceView[] {
    return facts.devicesOf(subject.id).map((record) => {
      const posture = assessPosture(record, facts.settings.posture, this.clock.nowMs(), subject.id);
      const { deviceId, ownerId, os, osVersion, diskEncrypted, managed } = record;
      const known = { owner: ownerId, os, osVersion, diskEncrypted, managed };
      return {
        id: deviceId,
        ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
        ...(posture.known ? { compliant: posture.device.compliant } : {}),
        checkedAt: new Date(record.checkedAtMs),
        fresh: posture.known,
      };
    });
  }
}
