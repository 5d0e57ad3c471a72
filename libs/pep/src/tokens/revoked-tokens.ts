/** Tokens that are known to be revoked, at most so many. */
export class RevokedTokens {
  private readonly revoked = new Set<string>();
  private forgottenAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly nowMs: () => number,
    private readonly max = 100_000,
  ) {}

  add(jti: string): void {
    this.revoked.add(jti);
    if (this.revoked.size <= this.max) return;
    const [oldest] = this.revoked;
    if (oldest !== undefined) this.revoked.delete(oldest);
    this.forgottenAtMs = this.nowMs();
  }

  /** What was issued before a revocation was forgotten may be the one that it was about. */
  has(jti: string, issuedAtMs: number): boolean {
    return this.revoked.has(jti) || issuedAtMs <= this.forgottenAtMs;
  }
}
