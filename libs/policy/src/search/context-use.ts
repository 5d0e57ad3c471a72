import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { attributeNames, type Expression, nodes } from '../expression.js';

/** Whether a policy looks at none of these members of its context, so that it is the same to it what they are. */
export function looksAtNoneOf({ conditions }: PolicyJson, members: ReadonlySet<string>): boolean {
  return conditions.every(({ body }) => {
    let [seen, harmless] = [0, 0];
    for (const [node] of nodes(body as Expression)) {
      if (node['Var'] === 'context') seen += 1;
      else if (readsOtherMember(node, members)) harmless += 1;
    }
    return seen === harmless;
  });
}

/** `context.now`, `context has authn.issuer`: what is read of the context has a name, which comes first in its path. */
function readsOtherMember(node: Expression, members: ReadonlySet<string>): boolean {
  const [first] = attributeNames(node);
  const access = (node['.'] ?? node['has']) as { readonly left: Expression } | undefined;
  return access?.left['Var'] === 'context' && first !== undefined && !members.has(first);
}
