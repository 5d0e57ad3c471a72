import { z } from 'zod';
import type { AccessRuleDefinition } from './access-rule.js';
import { closed, duration, entity, text } from './fields.js';

const HALF_AN_HOUR = 1800;
const A_DAY = 86_400;

const people = closed({
  groups: z.array(entity('group')).max(1000).default([]),
  users: z.array(entity('user')).max(1000).default([]),
}).refine(
  ({ groups, users }) => groups.length + users.length > 0,
  'Must name at least one group or user.',
);

/** One rule of access/*.yaml. */
export const accessRuleSchema: z.ZodType<AccessRuleDefinition> = closed({
  id: z
    .string()
    .regex(
      /^[A-Za-z0-9][\w.-]{0,127}$/,
      'Must be 1 to 128 letters, digits, dots, hyphens and underscores.',
    ),
  title: text().optional(),
  description: text(4096).optional(),
  role: entity(),
  eligible: people,
  approvers: people,
  approvalsNeeded: z.int().min(1).max(10).default(1),
  maxDuration: duration,
  defaultDuration: duration.optional(),
  reason: closed({
    required: z.boolean().default(true),
    minLength: z.int().min(0).max(4096).default(1),
  }).default({ required: true, minLength: 1 }),
  approvalDeadline: duration.optional(),
})
  .superRefine((rule, ctx) => {
    if ((rule.defaultDuration ?? 0) <= rule.maxDuration) return;
    ctx.addIssue({
      code: 'custom',
      path: ['defaultDuration'],
      message: 'Must not be longer than maxDuration.',
    });
  })
  .transform(
    ({ maxDuration, defaultDuration, approvalDeadline, ...rule }): AccessRuleDefinition => ({
      ...rule,
      title: rule.title ?? rule.id,
      maxDurationSeconds: maxDuration,
      defaultDurationSeconds: defaultDuration ?? Math.min(HALF_AN_HOUR, maxDuration),
      approvalDeadlineSeconds: approvalDeadline ?? A_DAY,
    }),
  );
