import type { TenantDefinition } from '@sallyport/contracts';
import { checkBundle } from '@sallyport/policy';
import { PolicyGate, type PolicyVerdict } from './policy-gate.js';

/** Cedar's parser and validator, in the words of the directory's files. Takes milliseconds per policy. */
export class CedarPolicyGate extends PolicyGate {
  judge({ policies }: TenantDefinition): PolicyVerdict {
    if (Object.keys(policies.files).length === 0) {
      return { version: undefined, problems: [], warnings: [] };
    }
    const { version, problems, warnings } = checkBundle(policies);
    return { version, problems, warnings };
  }
}
