import { didYouMean, type LineIndex, type Problem } from '@sallyport/contracts';
import type { Policy } from './bundle.js';
import { cedarTokens } from './cedar-tokens.js';
import { CONTEXT_NAMES } from './context-schema.js';
import { attributeNames, type Expression, nodes, operation } from './expression.js';

const KNOWN: ReadonlySet<string> = new Set(CONTEXT_NAMES);

/** The members of `context` that a policy asks for though they never exist. */
export function contextNameProblems({ source, json }: Policy, lines: LineIndex): Problem[] {
  const names = new Set(
    json.conditions.flatMap(({ body }) => [...contextNames(body as Expression)]),
  );
  return [...names]
    .filter((name) => !KNOWN.has(name))
    .map((name) => {
      const hint = didYouMean(name, KNOWN) || ` What a client sends is in context.request.`;
      return {
        file: source.file,
        ...lines.positionAt(nameOffset(source, name)),
        message: `There is no context.${name}.${hint}`,
      };
    });
}

function* contextNames(expression: Expression): Generator<string> {
  for (const [node] of nodes(expression)) {
    const [operator, body] = operation(node);
    if (operator !== '.' && operator !== 'has') continue;
    const { left } = body as { left: Expression };
    if (left['Var'] === 'context') yield attributeNames(node)[0] ?? '';
  }
}

/** Where the name first stands behind `context`; the JSON format has no places. */
function nameOffset({ text: source, offset }: Policy['source'], name: string): number {
  const tokens = cedarTokens(source);
  const written = new Set([name, JSON.stringify(name)]);
  const at = tokens.findIndex(
    ({ text }, index) => text === 'context' && written.has(tokens[index + 2]?.text ?? ''),
  );
  return offset + (tokens[at]?.offset ?? 0);
}
