import { reasonSentence } from '@sallyport/contracts';
import type { PolicyAnnotations } from '@sallyport/policy';
import type { Opposed, ReportedAdmission, ReportedObject } from './reported-admission.js';

/** PolicyReport and ClusterPolicyReport of wgpolicyk8s.io/v1alpha2, as far as they are filled in here (protocols.md §6.5). */
export interface PolicyReport {
  readonly apiVersion: 'wgpolicyk8s.io/v1alpha2';
  readonly kind: 'PolicyReport' | 'ClusterPolicyReport';
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly summary: Readonly<Record<'pass' | 'fail' | 'warn' | 'error' | 'skip', number>>;
  readonly results: readonly PolicyReportResult[];
}

export interface PolicyReportResult {
  readonly source: 'sallyport';
  readonly policy: string;
  readonly category?: string;
  readonly severity?: string;
  readonly timestamp: { readonly seconds: number; readonly nanos: number };
  readonly result: 'fail' | 'warn';
  readonly scored: true;
  readonly resources: readonly ReportedObject[];
  readonly message: string;
  readonly properties: Readonly<Record<string, string>>;
}

export type AnnotationsOf = (policyId: string) => PolicyAnnotations | undefined;

/**
 * One report for each namespace, and one for the cluster, from admissions in the order of the log, newest first: of each object what was
 * said last counts, unless it was deleted since. `pass` counts objects that nothing was said against.
 */
export function policyReports(
  admissions: readonly ReportedAdmission[],
  reporter: string,
  annotationsOf: AnnotationsOf,
): PolicyReport[] {
  const places = new Map<string, ReportedAdmission[]>();
  for (const admission of latestOf(admissions)) {
    const place = admission.object.namespace ?? '';
    places.set(place, [...(places.get(place) ?? []), admission]);
  }
  return [...places]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([namespace, some]) => reportOf(namespace, some, reporter, annotationsOf));
}

function latestOf(admissions: readonly ReportedAdmission[]): ReportedAdmission[] {
  const latest = new Map<string, ReportedAdmission>();
  for (const admission of admissions)
    if (!latest.has(admission.key)) latest.set(admission.key, admission);
  return [...latest.values()].filter(({ isDeletion }) => !isDeletion);
}

function reportOf(
  namespace: string,
  admissions: readonly ReportedAdmission[],
  reporter: string,
  annotationsOf: AnnotationsOf,
): PolicyReport {
  const results = admissions.flatMap((admission) =>
    admission.opposed.map((opposed) => resultOf(admission, opposed, annotationsOf)),
  );
  const count = (result: PolicyReportResult['result']) =>
    results.filter((one) => one.result === result).length;
  return {
    apiVersion: 'wgpolicyk8s.io/v1alpha2',
    kind: namespace === '' ? 'ClusterPolicyReport' : 'PolicyReport',
    metadata: {
      // RFC 1123: what an enforcement point is called may hold more.
      name: `sallyport-${reporter.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`,
      ...(namespace === '' ? {} : { namespace }),
      labels: { 'app.kubernetes.io/managed-by': 'sallyport' },
    },
    summary: {
      pass: admissions.filter(({ opposed }) => opposed.length === 0).length,
      fail: count('fail'),
      warn: count('warn'),
      error: 0,
      skip: 0,
    },
    results,
  };
}

function resultOf(
  { decisionId, timeMs, object, pepMode }: ReportedAdmission,
  { policyId, reason, isDecided }: Opposed,
  annotationsOf: AnnotationsOf,
): PolicyReportResult {
  const { mode = 'enforce', severity, controls = [] } = annotationsOf(policyId) ?? {};
  const [category] = controls;
  const told = isDecided ? pepMode : mode;
  return {
    source: 'sallyport',
    policy: policyId,
    ...(category === undefined ? {} : { category }),
    ...(severity === undefined ? {} : { severity }),
    timestamp: { seconds: Math.floor(timeMs / 1_000), nanos: (timeMs % 1_000) * 1_000_000 },
    result: told === 'warn' ? 'warn' : 'fail',
    scored: true,
    resources: [object],
    message: reasonSentence(reason ?? 'policy-forbid'),
    properties: { decision: decisionId, mode: told, controls: controls.join(' ') },
  };
}
