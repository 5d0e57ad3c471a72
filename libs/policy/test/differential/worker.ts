import { type Job, runRounds } from './run-rounds.js';

// One job and out: what cedar-wasm and its exceptions hold is freed by ending the process alone.
process.once('message', (job: Job) => {
  process.send?.(runRounds(job), () => process.disconnect());
});
