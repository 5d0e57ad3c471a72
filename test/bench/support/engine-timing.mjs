/** Times one engine on a list of questions: CPU time of this process, which a busy machine does not change as it changes the clock. */
const BATCH = 16;

/** µs of CPU per decision over at least `milliseconds`; throws on a decision that is not `outcome`. */
export function microsPerDecision(policy, questions, { milliseconds, outcome = 'permit' }) {
  let count = 0;
  const started = performance.now();
  const before = process.cpuUsage();
  while (performance.now() - started < milliseconds) {
    for (let n = 0; n < BATCH; n += 1) {
      const evaluation = policy.evaluate(questions[count % questions.length]);
      if (evaluation.outcome !== outcome)
        throw new Error(`${evaluation.outcome}, not ${outcome}: ${JSON.stringify(evaluation)}`);
      count += 1;
    }
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}
