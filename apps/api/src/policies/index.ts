// What a policy must pass before it decides: Cedar's validator, and the tenant's own golden cases. The registers ask when a directory is applied.
export { CedarPolicyGate } from './cedar-policy-gate.js';
export { PolicyGate } from './policy-gate.js';
