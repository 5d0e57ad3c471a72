/**
 * Measures each subject in turn, `rounds` times: A B C A B C …, so that a slow minute of the machine hits all alike.
 * @param {number} rounds
 * @param {Record<string, (round: number) => Promise<T>>} subjects
 * @returns {Promise<Record<string, T[]>>} the results of each subject, in the order of rounds
 * @template T
 */
export async function interleave(rounds, subjects) {
  const results = Object.fromEntries(Object.keys(subjects).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const [name, measure] of Object.entries(subjects))
      results[name].push(await measure(round));
  return results;
}
