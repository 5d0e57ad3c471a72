/** What was started and must be stopped, whatever happens. */

/** @returns {import('./contract.d.ts').Cleanup} */
export function createCleanup() {
  const stops = [];
  return {
    defer(stop) {
      stops.push(stop);
    },
    async run() {
      for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) {
        try {
          await stop();
        } catch (error) {
          console.error(`while stopping: ${error?.stack ?? error}`);
        }
      }
    },
  };
}
