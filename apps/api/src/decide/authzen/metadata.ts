/** AuthZEN §9.1: what this decision point offers. Absent means not offered. */
export interface AuthzenMetadata {
  readonly policy_decision_point: string;
  readonly access_evaluation_endpoint: string;
  readonly access_evaluations_endpoint: string;
  readonly search_subject_endpoint: string;
  readonly search_resource_endpoint: string;
  readonly search_action_endpoint: string;
  readonly capabilities: readonly string[];
}

// Proposed for the registry of AuthZEN §9.1.2, which is still empty; OpenFGA uses the same names.
const CAPABILITIES = [
  'abac-context',
  'decision-context-reasons',
  'evaluations-semantic',
  'properties-to-context',
  'search-pagination',
  'signed-metadata',
  'transitive-search',
].map((name) => `urn:ietf:params:authzen:capability:${name}`);

/**
 * One root URL serves every tenant, for the credential says which: the tenant is part of the identifier alone. Built from the
 * configured public URL, never from the Host header.
 */
export function authzenMetadata(publicUrl: string, tenantId?: string): AuthzenMetadata {
  const door = (name: string) => `${publicUrl}/access/v1/${name}`;
  return {
    policy_decision_point: tenantId === undefined ? publicUrl : `${publicUrl}/${tenantId}`,
    access_evaluation_endpoint: door('evaluation'),
    access_evaluations_endpoint: door('evaluations'),
    search_subject_endpoint: door('search/subject'),
    search_resource_endpoint: door('search/resource'),
    search_action_endpoint: door('search/action'),
    capabilities: CAPABILITIES,
  };
}
