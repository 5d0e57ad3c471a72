import { DecisionSampler, type DecisionSample } from './decision-sampler.js';

/** Takes every decision while it is told to, and remembers it. */
export class FakeDecisionSampler extends DecisionSampler {
  readonly taken: DecisionSample[] = [];

  constructor(private readonly wants = false) {
    super();
  }

  wantsNext(): boolean {
    return this.wants;
  }

  take(sample: DecisionSample): void {
    this.taken.push(sample);
  }
}
