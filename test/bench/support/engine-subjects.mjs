/** What the engines are measured on, by name: policies, and questions that all of them must permit. */
import { demoBundle, demoQuestions } from './engine-demo.mjs';
import { allMatchingBundle, questions, scopedBundle } from './engine-world.mjs';

export const SIZES = [10, 100, 1_000, 10_000];
export const WORST = 1_000;
export const ALIKE = `${WORST} that all match, with the same conditions`;
export const DISTINCT = `${WORST} that all match, with conditions of their own`;
export const DEMO = 'demo tenant';

export const subjects = {
  ...Object.fromEntries(
    SIZES.map((size) => [
      `${size} scoped`,
      { bundle: () => scopedBundle(size), questions: () => questions(size) },
    ]),
  ),
  [ALIKE]: { bundle: () => allMatchingBundle(WORST, false), questions: () => questions(WORST) },
  [DISTINCT]: { bundle: () => allMatchingBundle(WORST, true), questions: () => questions(WORST) },
  [DEMO]: { bundle: demoBundle, questions: demoQuestions },
};
