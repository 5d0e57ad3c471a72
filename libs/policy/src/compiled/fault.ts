/**
 * What a policy's evaluation fails with: the policy is skipped and reported. Deliberately no Error: taking a stack costs more than the decision, and
 * whatever else is thrown (a defect, a store's own signal) must not pass for a policy's fault.
 */
export class PolicyFault {
  constructor(readonly message: string) {}
}

/** A policy that uses what the compiler does not know; never approximated. */
export class UnsupportedFeatureError extends Error {
  constructor(
    readonly feature: string,
    readonly policyId?: string,
  ) {
    const where = policyId === undefined ? '' : `${policyId}: `;
    super(`${where}the compiler does not support ${feature}`);
  }
}
