import { Text } from '@mantine/core';
import type { EntryProof } from '../graphql-types.js';
import { ladderOf, type Ladder } from './proof-ladder.js';
import { strings } from './proof-strings.js';
import { bytesOf } from './verify-entry.js';

const [STEP, MIDDLE, SPAN] = [44, 160, 104] as const;

/** The inclusion path as a picture, and the same as a list of words. */
export function LadderView({
  proof,
  treeSize,
}: {
  readonly proof: EntryProof;
  readonly treeSize: number;
}) {
  const bytes = bytesOf(proof.entry);
  if (bytes === undefined) return null;
  const ladder = ladderOf(proof.proof, bytes, treeSize);
  return (
    <details className="sp-ladder">
      <summary>{strings.ladder}</summary>
      <Picture ladder={ladder} />
      <ol>
        <li>{strings.ladderLeaf(ladder.leaf)}</li>
        {ladder.rungs.map((rung) => (
          <li key={rung.result}>{strings.ladderRung(rung.side, rung.sibling, rung.result)}</li>
        ))}
        <li>
          <Text component="span" fw={600}>
            {strings.ladderRoot(ladder.root)}
          </Text>
        </li>
      </ol>
    </details>
  );
}

function Picture({ ladder }: { readonly ladder: Ladder }) {
  const height = (ladder.rungs.length + 1) * STEP + 16;
  const nodes = [ladder.leaf, ...ladder.rungs.map((rung) => rung.result)];
  const y = (at: number) => height - 24 - at * STEP;
  return (
    <svg
      viewBox={`0 0 ${2 * MIDDLE} ${height}`}
      role="img"
      aria-label={strings.ladderPicture(ladder.rungs.length)}
      className="sp-ladder-picture"
    >
      {ladder.rungs.map((rung, at) => {
        const x = rung.side === 'left' ? MIDDLE - SPAN : MIDDLE + SPAN;
        return (
          <g key={rung.result}>
            <path
              d={`M${MIDDLE} ${y(at)} V${y(at + 1)} M${x} ${y(at)} L${MIDDLE} ${y(at + 1)}`}
              className="sp-ladder-line"
            />
            <Node x={x} y={y(at)} hash={rung.sibling} kind="sibling" />
          </g>
        );
      })}
      {nodes.map((hash, at) => (
        <Node key={hash} x={MIDDLE} y={y(at)} hash={hash} kind="path" />
      ))}
    </svg>
  );
}

function Node({
  x,
  y,
  hash,
  kind,
}: {
  readonly x: number;
  readonly y: number;
  readonly hash: string;
  readonly kind: 'path' | 'sibling';
}) {
  return (
    <g className={`sp-ladder-${kind}`}>
      <rect x={x - 40} y={y - 12} width="80" height="24" rx="6" />
      <text x={x} y={y + 4} textAnchor="middle">
        {hash.slice(0, 8)}
      </text>
    </g>
  );
}
