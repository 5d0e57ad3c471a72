import type {
  AuthnFacts,
  CheckedAt,
  DeviceFacts,
  Facts,
  GoldenAuthn,
  GoldenCase,
  GoldenDevice,
  GoldenGrant,
  GrantFacts,
  NetworkFacts,
  PostureSettings,
  ReasonCode,
  RiskFacts,
} from '@sallyport/contracts';

/** Whether a device complies; the very judgement that live decisions use is passed in. */
export type JudgePosture = (
  device: {
    readonly deviceId: string;
    readonly checkedAtMs: number;
    readonly source: string;
  } & Omit<GoldenDevice, 'id' | 'checkedAt'>,
  requirements: PostureSettings['requirements'],
) => { readonly compliant: boolean | undefined };

const HOUR_MS = 3_600_000;

/** The facts of a golden case: exactly what it names. A device that was checked too long ago is unknown, as it would be live. */
export function goldenFacts(
  test: GoldenCase,
  posture: PostureSettings,
  nowMs: number,
  judge?: JudgePosture,
): Facts {
  const at = test.atMs ?? nowMs;
  const { authn, device, network, risk, consent, grants } = test.facts ?? {};
  const missing: ReasonCode[] = [];
  const deviceNow = device && deviceFacts(device, posture, at, judge);
  if (deviceNow !== undefined && deviceNow.freshUntilMs <= at) missing.push('device-stale');
  return {
    nowMs: at,
    authn: authnFacts(authn),
    ...(deviceNow === undefined || missing.length > 0 ? {} : { device: deviceNow }),
    // An empty address is none: `context.network.ip` stays absent.
    ...(network === undefined ? {} : { network: { ip: '', ...network } satisfies NetworkFacts }),
    ...(risk === undefined
      ? {}
      : { risk: { score: 0, level: 'low', reasons: [], ...risk } satisfies RiskFacts }),
    ...(consent === undefined ? {} : { consent }),
    grants: (grants ?? []).map((grant, index) => grantFacts(grant, index, at)),
    missing,
    registerVersion: 0,
  };
}

function authnFacts({ authTimeMs, ...authn }: GoldenAuthn = {}): AuthnFacts {
  const method = authn.method ?? (authn.verified === false ? 'asserted' : 'token');
  const time = authTimeMs === undefined ? {} : { authTime: Math.floor(authTimeMs / 1000) };
  return { ...authn, method, verified: authn.verified ?? method === 'token', ...time };
}

function deviceFacts(
  { id = 'device', checkedAt, ...device }: GoldenDevice,
  posture: PostureSettings,
  nowMs: number,
  judge: JudgePosture | undefined,
): DeviceFacts {
  const checkedAtMs = checkedAt === undefined ? nowMs : momentOf(checkedAt, nowMs);
  const record = { ...device, deviceId: id, checkedAtMs, source: 'golden' };
  const compliant = device.compliant ?? judge?.(record, posture.requirements).compliant;
  return {
    ...device,
    id,
    ...(compliant === undefined ? {} : { compliant }),
    checkedAtMs,
    freshUntilMs: checkedAtMs + posture.maxAgeSeconds * 1000,
  };
}

function momentOf(checkedAt: CheckedAt, nowMs: number): number {
  return 'atMs' in checkedAt ? checkedAt.atMs : nowMs - checkedAt.agoSeconds * 1000;
}

function grantFacts(
  { id, role, endsAtMs, breakGlass }: GoldenGrant,
  index: number,
  nowMs: number,
): GrantFacts {
  return {
    id: id ?? `grant-${String(index + 1)}`,
    role,
    endsAtMs: endsAtMs ?? nowMs + HOUR_MS,
    breakGlass: breakGlass ?? false,
  };
}
