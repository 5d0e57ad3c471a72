import { PLAN_TARGETS, type PlanTarget } from '@sallyport/contracts';
import { type Body, readObject, readOptionalObject, refuse } from '../authzen/read-member.js';
import { readQuestion } from '../authzen/read-question.js';
import type { Question } from '../question.js';

/** A question about all resources of a type: its resource has no id. */
export interface PlanRequest {
  readonly question: Question;
  readonly target: PlanTarget;
  /** Number of the first parameter of SQL. */
  readonly firstParameter: number;
}

/** What a plan's resource is called where an id must be given: in the log, and to registers, which hold no such one. */
export const EVERY = '*';
const MAX_FIRST_PARAMETER = 10_000;

/** Like a question of AuthZEN §6.1, but for the resource's id. Throws BadRequestError naming the first member that is wrong. */
export function readPlan(body: Body): PlanRequest {
  const resource = readObject(body['resource'], 'resource');
  const question = readQuestion({ ...body, resource: { ...resource, id: EVERY } });
  const options = readOptionalObject(body['options'], 'options') ?? {};
  return {
    question,
    target: readTarget(body['target']),
    firstParameter: readFirstParameter(options['first_parameter']),
  };
}

function readTarget(value: unknown): PlanTarget {
  if (value === undefined || value === null) return 'ast';
  const target = PLAN_TARGETS.find((one) => one === value);
  return target ?? refuse('target', `must be one of ${PLAN_TARGETS.join(', ')}`);
}

function readFirstParameter(value: unknown): number {
  if (value === undefined || value === null) return 1;
  const isNumber = typeof value === 'number' && Number.isInteger(value);
  if (isNumber && value >= 1 && value <= MAX_FIRST_PARAMETER) return value;
  return refuse(
    'options.first_parameter',
    `must be an integer from 1 to ${String(MAX_FIRST_PARAMETER)}`,
  );
}
