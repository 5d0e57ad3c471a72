import { ERROR_KINDS, errorKind } from './error-kinds.js';
import { type CedarJson, isRecord, isList, type Round, type Verdict } from './round.js';

const OPERATORS =
  'Value Var ! neg == != in < <= > >= && || + - * contains containsAll containsAny isEmpty getTag hasTag . has has-path like is is-in if-then-else Set Record'.split(
    ' ',
  );
const FUNCTIONS =
  'ip isIpv4 isIpv6 isLoopback isMulticast isInRange decimal lessThan lessThanOrEqual greaterThan greaterThanOrEqual datetime duration offset durationSince toDate toTime toMilliseconds toSeconds toMinutes toHours toDays'.split(
    ' ',
  );
const SCOPES =
  'principal:All principal:== principal:in principal:is principal:is-in principal:slot resource:All resource:== resource:in resource:is resource:is-in resource:slot action:All action:== action:in action:list'.split(
    ' ',
  );
const OUTCOMES =
  'allow deny refused permit-determines forbid-determines policy-errs all-policies-err link-determines with-schema validated integers-beyond-2^53'.split(
    ' ',
  );

/** How often each thing occurred; names are `<group>/<thing>`. */
export type Counts = Record<string, number>;

/** Everything that a run must have exercised. */
export const EXPECTED: readonly string[] = [
  ...OPERATORS.map((name) => `operator/${name}`),
  ...FUNCTIONS.map((name) => `extension function/${name}`),
  ...SCOPES.map((name) => `scope/${name}`),
  ...ERROR_KINDS.map(([kind]) => `error/${kind}`),
  ...OUTCOMES.map((name) => `outcome/${name}`),
];

const functions = new Set(FUNCTIONS);

/** Counts what one round exercised, by the reference's verdicts: errors and outcomes as they occurred, operators and scopes as they were written. */
export class Coverage {
  readonly counts: Counts = {};

  add(round: Round, verdicts: readonly Verdict[]): void {
    for (const { json } of [...round.policies, ...round.templates]) this.policy(json);
    const effects = new Map(round.policies.map(({ id, json }) => [id, String(json['effect'])]));
    const size = round.policies.length + round.links.length;
    verdicts.forEach((verdict, at) => {
      if (round.schema !== undefined) this.count('outcome/with-schema');
      if (round.questions[at]?.validateRequest) this.count('outcome/validated');
      this.verdict(verdict, effects, size);
    });
  }

  private verdict(verdict: Verdict, effects: ReadonlyMap<string, string>, size: number): void {
    if (!('decision' in verdict)) return this.count('outcome/refused');
    this.count(`outcome/${verdict.decision}`);
    if (verdict.errors.length > 0) this.count('outcome/policy-errs');
    if (verdict.errors.length === size) this.count('outcome/all-policies-err');
    for (const { message } of verdict.errors)
      this.count(`error/${errorKind(message) ?? `of no known kind: ${message}`}`);
    for (const id of verdict.reason) {
      const effect = effects.get(id);
      this.count(effect === undefined ? 'outcome/link-determines' : `outcome/${effect}-determines`);
    }
  }

  private policy(json: Readonly<Record<string, CedarJson>>): void {
    for (const place of ['principal', 'action', 'resource']) this.scope(place, json[place]);
    const { conditions } = json;
    if (isList(conditions))
      for (const condition of conditions)
        if (isRecord(condition)) this.expression(condition['body']);
  }

  private scope(place: string, scope: CedarJson | undefined): void {
    if (!isRecord(scope)) return;
    const { op } = scope;
    if (op === 'is') this.count(`scope/${place}:${'in' in scope ? 'is-in' : 'is'}`);
    else this.count(`scope/${place}:${'entities' in scope ? 'list' : String(op)}`);
    if ('slot' in scope || (isRecord(scope['in']) && 'slot' in scope['in']))
      this.count(`scope/${place}:slot`);
  }

  private expression(expression: CedarJson | undefined): void {
    if (!isRecord(expression)) return;
    for (const [name, operand] of Object.entries(expression)) {
      if (functions.has(name)) this.count(`extension function/${name}`);
      else this.count(`operator/${operatorName(name, operand)}`);
      if (name === 'Value') {
        if (typeof operand === 'bigint') this.count('outcome/integers-beyond-2^53');
      } else if (isList(operand)) for (const member of operand) this.expression(member);
      else if (isRecord(operand))
        for (const member of Object.values(operand)) this.expression(member);
    }
  }

  private count(name: string): void {
    this.counts[name] = (this.counts[name] ?? 0) + 1;
  }
}

function operatorName(name: string, operand: CedarJson): string {
  if (!isRecord(operand)) return name;
  if (name === 'has' && isList(operand['attr'])) return 'has-path';
  return name === 'is' && 'in' in operand ? 'is-in' : name;
}

/** The sum of two counts, in the first. */
export function addCounts(sum: Counts, counts: Counts): void {
  for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
}
