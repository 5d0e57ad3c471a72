import { type Hunt, hunt } from './hunt.js';

process.once('message', (job: Hunt) => {
  void hunt(job, (result) => process.send?.(result)).then(() => process.disconnect());
});
