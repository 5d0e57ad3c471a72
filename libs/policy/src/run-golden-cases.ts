import type { GoldenCase, PolicyBundle, TenantDefinition } from '@sallyport/contracts';
import type { LoadedPolicy, PolicyEngine } from './engine.js';
import { type GoldenResult, runGoldenCase } from './golden.js';
import type { JudgePosture } from './golden-facts.js';
import { type RouteCaseResult, runRouteCase } from './routes/index.js';

export type TestResult = GoldenResult | RouteCaseResult;

/** Asks all cases of a tenant. A case that cannot be asked fails, and says why. */
export function runGoldenCases(
  tenant: TenantDefinition,
  engine: PolicyEngine,
  nowMs: number,
  judgePosture?: JudgePosture,
): TestResult[] {
  const once = new LoadedOnce(engine);
  return tenant.tests.map((test) => {
    if ('route' in test) return runRouteCase(tenant, test);
    try {
      return runGoldenCase(tenant, test, once, nowMs, judgePosture);
    } catch (error) {
      return unasked(test, error instanceof Error ? error.message : 'it cannot be asked');
    }
  });
}

function unasked({ name, file, expect }: GoldenCase, difference: string): GoldenResult {
  const got = { decision: false, reasons: [], determining: [], erroring: [], obligations: [] };
  return { name, file, pass: false, expected: expect, got, differences: [difference] };
}

/** Cases come in hundreds and ask one bundle: it is loaded once. */
class LoadedOnce implements PolicyEngine {
  readonly name;
  private loaded: LoadedPolicy | undefined;

  constructor(private readonly engine: PolicyEngine) {
    this.name = engine.name;
  }

  load(slot: string, bundle: PolicyBundle): LoadedPolicy {
    return (this.loaded ??= this.engine.load(slot, bundle));
  }
}
