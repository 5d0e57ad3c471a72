import { Code } from '@mantine/core';
import type { Reason } from '../graphql-types.js';

/** Reasons: one plain sentence each, with the stable code for quoting. */
export function ReasonList({ reasons }: { readonly reasons: readonly Reason[] }) {
  return (
    <ul className="sp-plain-list">
      {reasons.map((reason) => (
        <li key={reason.code}>
          {reason.message} <Code>{reason.code}</Code>
        </li>
      ))}
    </ul>
  );
}
