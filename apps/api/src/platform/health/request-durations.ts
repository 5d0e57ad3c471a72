import type { MetricValueWithName } from 'prom-client';

const NAME = 'sallyport_http_request_duration_seconds';
/** Upper bounds in seconds. */
const BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

interface Series {
  readonly labels: Readonly<Record<'route' | 'method' | 'status', string>>;
  /** How many fell into each bucket and, last, beyond all bounds. */
  readonly counts: number[];
  sum: number;
}

/** Series of one route, by method and then by status class (1 to 5). */
type RouteSeries = Map<string, (Series | undefined)[]>;

/**
 * A histogram as prom-client would keep it, without its check and hash of the labels at every observation: every decision
 * is observed. Only routes and methods that exist are labels, so it stays small.
 */
export class RequestDurations {
  readonly name = NAME;
  readonly help = 'Time from the first byte of a request to the last byte of its answer.';
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  private readonly routes = new Map<string, RouteSeries>();

  observe(route: string, method: string, status: number, seconds: number): void {
    const series = this.series(route, method, Math.floor(status / 100));
    let bucket = 0;
    while (bucket < BOUNDS.length && seconds > (BOUNDS[bucket] ?? 0)) bucket += 1;
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    series.sum += seconds;
  }

  /** What prom-client's registry asks of a metric. */
  get(): Promise<{ readonly values: readonly MetricValueWithName<string>[] }> {
    const { name, help, type, aggregator } = this;
    const all = [...this.routes.values()].flatMap((methods) => [...methods.values()].flat());
    const values = all.flatMap((series) => (series ? exported(series) : []));
    return Promise.resolve({ name, help, type, aggregator, values });
  }

  reset(): void {
    this.routes.clear();
  }

  private series(route: string, method: string, statusClass: number): Series {
    const known = this.routes.get(route)?.get(method)?.[statusClass];
    if (known) return known;
    const methods: RouteSeries = this.routes.get(route) ?? new Map();
    this.routes.set(route, methods);
    const classes = methods.get(method) ?? [];
    methods.set(method, classes);
    const series: Series = {
      labels: { route, method, status: `${statusClass}xx` },
      counts: new Array<number>(BOUNDS.length + 1).fill(0),
      sum: 0,
    };
    classes[statusClass] = series;
    return series;
  }
}

function exported({ labels, counts, sum }: Series): MetricValueWithName<string>[] {
  let count = 0;
  const buckets = counts.map((inBucket, at) => {
    count += inBucket;
    const le = BOUNDS[at] ?? '+Inf';
    return { labels: { le, ...labels }, value: count, metricName: `${NAME}_bucket` };
  });
  return [
    ...buckets,
    { labels, value: sum, metricName: `${NAME}_sum` },
    { labels, value: count, metricName: `${NAME}_count` },
  ];
}
