import { collectDefaultMetrics, Counter, Gauge, type Metric, Registry } from 'prom-client';
import type { FastifyInstance } from 'fastify';
import { RequestDurations } from './request-durations.js';

/** What the process tells Prometheus. No label names a tenant, a subject or a resource. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly durations = new RequestDurations();
  private readonly faults = new Counter({
    name: 'sallyport_faults_total',
    help: 'What went wrong inside, by event.',
    labelNames: ['event'],
    registers: [this.registry],
  });

  private readonly policyChecks = new Counter({
    name: 'sallyport_policy_checks_total',
    help: 'Sampled decisions that Cedar’s own evaluator took again, by result.',
    labelNames: ['result'],
    registers: [this.registry],
  });

  constructor(feedAgeMs: () => number, clockAheadMs: () => number) {
    collectDefaultMetrics({ register: this.registry });
    this.registry.registerMetric(this.durations as unknown as Metric);
    new Gauge({
      name: 'sallyport_feed_age_seconds',
      help: 'Time since this process was last known to have every fact.',
      registers: [this.registry],
      collect() {
        this.set(Math.min(feedAgeMs() / 1_000, Number.MAX_SAFE_INTEGER));
      },
    });
    new Gauge({
      name: 'sallyport_clock_ahead_seconds',
      help: 'How far the time of decisions is ahead of the clock of the machine, which was set back.',
      registers: [this.registry],
      collect() {
        this.set(clockAheadMs() / 1_000);
      },
    });
  }

  /** Observes every request from now on. Call before any route is added. */
  observe(server: FastifyInstance): void {
    server.addHook('onResponse', ({ declared, method }, reply, done) => {
      const seconds = reply.elapsedTime / 1_000;
      this.durations.observe(declared?.url ?? 'none', method, reply.statusCode, seconds);
      done();
    });
  }

  /** A value that is read whenever somebody looks. */
  watch(name: string, help: string, read: () => number): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.registry],
      collect: () => gauge.set(read()),
    });
  }

  /** A decision that was to be taken again by Cedar's own evaluator. */
  countPolicyCheck(result: string): void {
    this.policyChecks.inc({ result });
  }

  countFault(event: string): void {
    this.faults.inc({ event });
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }
}
