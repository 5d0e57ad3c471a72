/** Why a request is riskier than another. */
export type RiskReason =
  | 'impossible-travel'
  | 'anonymizer'
  | 'device-owner-mismatch'
  | 'device-unknown'
  | 'device-stale'
  | 'device-not-compliant'
  | 'new-country'
  | 'unverified-subject';

/** One finding. `mitigated` means that a second fact makes it likelier to be harmless. */
export interface RiskSignal {
  readonly reason: RiskReason;
  readonly mitigated?: boolean;
}
