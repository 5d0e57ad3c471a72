import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the process tells Prometheus. No label names a tenant, a subject or a resource. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly durations = new Histogram({
    name: 'sallyport_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last byte of its answer.',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers: [this.registry],
  });
  private readonly faults = new Counter({
    name: 'sallyport_faults_total',
    help: 'What went wrong inside, by event.',
    labelNames: ['event'],
    registers: [this.registry],
  });

  constructor(feedAgeMs: () => number, clockAheadMs: () => number) {
    collectDefaultMetrics({ register: this.registry });
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

  observeRequest(route: string, method: string, status: number, seconds: number): void {
    this.durations.observe({ route, method, status: `${Math.floor(status / 100)}xx` }, seconds);
  }

  countFault(event: string): void {
    this.faults.inc({ event });
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }
}
