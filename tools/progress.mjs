/** The lines a person sees while a tool works, and the one line of a failure. */
const begun = Date.now();

/** A problem that a person can mend: printed as one line, without a stack. */
export class Refusal extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

export function say(line) {
  console.log(`${((Date.now() - begun) / 1000).toFixed(1).padStart(6)}s  ${line}`);
}

/** Says what begins, and again every 15 s while it lasts. */
export async function step(line, work) {
  say(line);
  const reminder = setInterval(() => say(`… still ${line.replace(/ \(.*/, '')}`), 15_000);
  try {
    return await work();
  } finally {
    clearInterval(reminder);
  }
}

/** Runs a tool's main function; a Refusal becomes one line on stderr and its exit code. */
export async function runTool(name, main) {
  // A reader that went away (`| head`) must not end us before we have stopped what we started.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    await main();
    process.exit();
  } catch (error) {
    console.error(`${name}: ${error instanceof Refusal ? error.message : (error?.stack ?? error)}`);
    process.exit(error.exitCode ?? 1);
  }
}
