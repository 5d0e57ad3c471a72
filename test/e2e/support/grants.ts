import type { Demo } from './demo.js';

export interface LiveGrant {
  readonly id: string;
  readonly requestId: string;
  readonly endsAtMs: number;
}

const SUBMIT = `mutation ($seconds: Int!) {
  submitRequest(ruleId: "prod-db-reader", durationSeconds: $seconds, reason: "support case 4711") { id }
}`;
const APPROVE = `mutation ($id: ID!, $seconds: Int!) {
  reviewRequest(id: $id, verdict: APPROVE, durationSeconds: $seconds, reason: "the case is open") {
    grant { id endsAt }
  }
}`;
const REVOKE = `mutation ($id: ID!) { revokeGrant(id: $id, reason: "the case is closed") { id } }`;

/** Dana asks and Omar approves, both with sessions of their own but without a browser. */
export class GrantDesk {
  private constructor(
    private readonly demo: Demo,
    private readonly dana: string,
    private readonly omar: string,
  ) {}

  static async open(demo: Demo): Promise<GrantDesk> {
    return new GrantDesk(demo, await demo.signIn('dana'), await demo.signIn('omar'));
  }

  /** Dana asks for half an hour; the request's id. */
  async ask(): Promise<string> {
    const { submitRequest } = await this.demo.client.data<{ submitRequest: { id: string } }>(
      this.dana,
      SUBMIT,
      { seconds: 1_800 },
    );
    return submitRequest.id;
  }

  /** Dana asks for half an hour, and Omar shortens it to `seconds`. */
  async grant(seconds: number): Promise<LiveGrant> {
    const requestId = await this.ask();
    const { reviewRequest } = await this.demo.client.data<{
      reviewRequest: { grant: { id: string; endsAt: string } };
    }>(this.omar, APPROVE, { id: requestId, seconds });
    const { id, endsAt } = reviewRequest.grant;
    return { id, requestId, endsAtMs: Date.parse(endsAt) };
  }

  async revoke({ id }: LiveGrant): Promise<void> {
    await this.demo.client.data(this.omar, REVOKE, { id });
  }
}
