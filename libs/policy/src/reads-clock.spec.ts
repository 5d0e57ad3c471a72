import { expect, test } from '@jest/globals';
import { CompiledEngine } from './compiled/compiled-engine.js';

const readsClock = (condition: string) =>
  new CompiledEngine().load('test', {
    files: { 'a.cedar': `permit (principal, action, resource) when { ${condition} };` },
  }).readsClock;

test.each([
  ['context.now < datetime("2026-01-01")', true],
  ['context["now"] < datetime("2026-01-01")', true],
  ['context has now', true],
  ['context == {}', true],
  ['{ a: context }.a.now == 1', true],
  ['context.device.compliant && context has consent', false],
  ['resource.owner == "context.now"', false],
  [String.raw`context.request.note == "{\"Var\":\"context\"}"`, false],
  ['true', false],
])('%s: whether it looks at the clock is %s', (condition, expected) => {
  expect(readsClock(condition)).toBe(expected);
});
