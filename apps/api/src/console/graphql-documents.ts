import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql';
import type { FastifyRequest } from 'fastify';
import { BadRequestError } from '../platform/errors.js';

/** The members of a GraphQL request (GraphQL over HTTP §5.1), before anything reads them. Throws BadRequestError. */
export async function requireDocument({ method, body }: FastifyRequest): Promise<void> {
  if (method !== 'POST') return;
  const { query, variables, operationName } = body as Readonly<Record<string, unknown>>;
  if (typeof query !== 'string') refuse('query', 'must be a document in a string');
  if (variables !== undefined && (typeof variables !== 'object' || Array.isArray(variables)))
    refuse('variables', 'must be an object');
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string')
    refuse('operationName', 'must be a string');
  requireText(variables, 'variables');
}

/** Validation rule: the same of the texts that stand in the document itself. */
export function textRule(context: ValidationContext): ASTVisitor {
  return {
    StringValue: (node) => {
      if (!isText(node.value))
        context.reportError(new GraphQLError(`a text ${NO_TEXT}`, { nodes: node }));
    },
  };
}

const NO_TEXT = 'has a NUL character or half a character';

/** Neither the database nor the log could keep it. With the flag `u` a whole pair is one character. */
function isText(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}

function requireText(value: unknown, path: string): void {
  if (typeof value === 'string' && !isText(value)) refuse(path, NO_TEXT);
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) requireText(member, `${path}.${name}`);
}

function refuse(field: string, problem: string): never {
  throw new BadRequestError(`${field}: ${problem}`, { field });
}
