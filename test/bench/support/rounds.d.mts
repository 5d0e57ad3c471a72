export function interleave<Name extends string, T>(
  rounds: number,
  subjects: Readonly<Record<Name, (round: number) => Promise<T>>>,
): Promise<Record<Name, T[]>>;
