/** Times an engine in CPU time of this process, which a busy machine does not change as it changes the clock. */

/** µs of CPU per decision over some `cpuMs` of them; throws on a decision that is not `outcome`. */
export function microsPerDecision(policy, questions, { cpuMs, outcome = 'permit' }) {
  const before = process.cpuUsage();
  let count = 0;
  for (let batch = 1, spent = 0; spent < cpuMs * 1_000; batch = Math.min(4_096, batch * 2)) {
    for (let n = 0; n < batch; n += 1) {
      const evaluation = policy.evaluate(questions[count % questions.length]);
      if (evaluation.outcome !== outcome)
        throw new Error(`${evaluation.outcome}, not ${outcome}: ${JSON.stringify(evaluation)}`);
      count += 1;
    }
    const { user, system } = process.cpuUsage(before);
    spent = user + system;
    // A batch must not last much longer than all was meant to.
    if ((spent / count) * batch * 2 > cpuMs * 1_000) batch /= 2;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}
