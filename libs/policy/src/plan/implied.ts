import { type Comparison, fieldsOf, type Filter, isConnective } from '@sallyport/contracts';

/** A comparison as one part of a condition, with whether it must hold. */
interface Literal {
  readonly comparison: Comparison;
  readonly holds: boolean;
}

/**
 * The parts of a condition without those that others make say nothing: a comparison that holds implies that its fields are there, and of an absent field none
 * holds. `decided` where parts exclude, or complete, one another.
 */
export function withoutImplied(
  op: 'and' | 'or',
  args: readonly Filter[],
): readonly Filter[] | 'decided' {
  const asked = op === 'and';
  const compared = new Set<string>();
  const refuted = new Set<string>();
  const absent = new Set<string>();
  const present = new Set<string>();
  for (const { comparison, holds } of args.flatMap(literalOf)) {
    // What is said of `or` is what is said of `and`, of the negations.
    const isHeld = holds === asked;
    if (comparison.op === 'present') (isHeld ? present : absent).add(comparison.field);
    else if (isHeld) for (const field of fieldsOf(comparison)) compared.add(field);
    (isHeld ? compared : refuted).add(JSON.stringify(comparison));
  }
  for (const field of absent) if (compared.has(field) || present.has(field)) return 'decided';
  for (const key of refuted) if (compared.has(key)) return 'decided';
  return args.filter((arg) => {
    const [literal] = literalOf(arg);
    if (literal === undefined) return true;
    const { comparison, holds } = literal;
    if (comparison.op === 'present') return !(holds === asked && compared.has(comparison.field));
    return holds === asked || !fieldsOf(comparison).some((field) => absent.has(field));
  });
}

function literalOf(filter: Filter): Literal[] {
  if (isConnective(filter)) return [];
  if (filter.op === 'not') return [{ comparison: filter.arg, holds: false }];
  return [{ comparison: filter, holds: true }];
}
