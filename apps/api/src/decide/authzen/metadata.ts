/** AuthZEN §9.1: what this decision point offers. Absent means not offered. */
export interface AuthzenMetadata {
  readonly policy_decision_point: string;
  readonly access_evaluation_endpoint: string;
  readonly access_evaluations_endpoint: string;
}

/**
 * One root URL serves every tenant, for the credential says which: the tenant is part of the identifier alone. Built from the
 * configured public URL, never from the Host header.
 */
export function authzenMetadata(publicUrl: string, tenantId?: string): AuthzenMetadata {
  return {
    policy_decision_point: tenantId === undefined ? publicUrl : `${publicUrl}/${tenantId}`,
    access_evaluation_endpoint: `${publicUrl}/access/v1/evaluation`,
    access_evaluations_endpoint: `${publicUrl}/access/v1/evaluations`,
  };
}
