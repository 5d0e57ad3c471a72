/** Questions that Dana's permit hangs on, kept in flight until something breaks; remembers every answer that arrived whole. */
export class Load {
  private readonly answered = new Set<string>();
  private readonly callers: readonly Promise<void>[];
  private stopping = false;

  constructor(
    private readonly url: string,
    private readonly key: string,
    inFlight: number,
  ) {
    this.callers = Array.from({ length: inFlight }, () => this.askOn());
  }

  get answers(): number {
    return this.answered.size;
  }

  /** Ends the load; the ids of all decisions that were answered. */
  async stop(): Promise<ReadonlySet<string>> {
    this.stopping = true;
    await Promise.all(this.callers);
    return this.answered;
  }

  private async askOn(): Promise<void> {
    while (!this.stopping) {
      try {
        const answer = await this.ask();
        const body = (await answer.json()) as { decision?: unknown };
        const id = answer.headers.get('x-decision-id');
        if (answer.status === 200 && typeof body.decision === 'boolean' && id)
          this.answered.add(id);
      } catch {
        return; // the broker is gone
      }
    }
  }

  private ask(): Promise<Response> {
    return fetch(`${this.url}/access/v1/evaluation`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        subject: { type: 'user', id: 'dana@acme.example' },
        action: { name: 'read' },
        resource: { type: 'database', id: 'prod' },
        context: { ip: '84.128.0.1', device_id: 'dana-laptop' },
      }),
      signal: AbortSignal.timeout(20_000),
    });
  }
}
