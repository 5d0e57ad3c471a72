/** What `npm run bench` and its modules agree on. */
export interface BenchOptions {
  /** True under `--short`: fewer rounds, shorter loads, smaller sizes; the whole run then takes minutes. */
  readonly short: boolean;
  /** Rounds of A B A B; the medians are over them. */
  readonly rounds: number;
  /** How long one load of one subject lasts. */
  readonly seconds: number;
  /** Stops what was started, last first, also on failure and Ctrl-C. */
  readonly cleanup: Cleanup;
  /** A line about what is going on. */
  say(line: string): void;
}

export interface Cleanup {
  defer(stop: () => unknown): void;
  run(): Promise<void>;
}

export interface BenchResult {
  /** A heading, such as `One evaluation over HTTP`. */
  readonly title: string;
  /** One or two sentences: what is compared, with which settings, and what isn't fair about it. */
  readonly about: string;
  /** One table: the keys of the first row are its columns, with the unit in the name, such as `requests/s` or `p99 ms`. */
  readonly rows: readonly Readonly<Record<string, number | string | null>>[];
  readonly goals?: readonly Goal[];
  readonly plots?: readonly Plot[];
}

/** A number that was promised, and what was measured. */
export interface Goal {
  readonly what: string;
  readonly value: number;
  /** `×`, `ms`, `µs`, `entries/s`, … */
  readonly unit: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

export type Plot = BarPlot | LinePlot | HistogramPlot;

interface PlotBase {
  /** Becomes the file's name: `docs/bench-<id>.svg`. */
  readonly id: string;
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
}

export interface BarPlot extends PlotBase {
  readonly kind: 'bars';
  readonly bars: readonly { readonly label: string; readonly value: number }[];
}

export interface LinePlot extends PlotBase {
  readonly kind: 'lines';
  /** x grows; `logX` for sizes over decades. y starts at 0. */
  readonly logX?: boolean;
  readonly lines: readonly {
    readonly label: string;
    readonly points: readonly (readonly [x: number, y: number])[];
  }[];
}

/** As `histogramOf` in statistics.mjs makes it. */
export interface HistogramPlot extends PlotBase {
  readonly kind: 'histogram';
  readonly bins: readonly { readonly from: number; readonly to: number; readonly count: number }[];
  /** Vertical marks, such as a bound or p99. */
  readonly marks?: readonly { readonly label: string; readonly x: number }[];
}
