interface Stoppable {
  stop(): unknown;
}

/** What a test started, to be stopped in reverse order, also where it didn't get to the end of its starting. */
export class Leftovers {
  private readonly started: Stoppable[] = [];

  keep<T extends Stoppable>(thing: T): T {
    this.started.push(thing);
    return thing;
  }

  async stop(): Promise<void> {
    for (const thing of this.started.splice(0).reverse()) await thing.stop();
  }
}
