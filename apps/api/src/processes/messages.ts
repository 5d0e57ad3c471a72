/** What a broker process tells the one that started it: `npm start`, or the primary of an instance with several. */
export type MessageUp =
  | {
      readonly type: 'ready';
      readonly url: string;
      readonly pids?: Readonly<Record<string, number>>;
    }
  | { readonly type: 'failed'; readonly message: string }
  /** The processes of the instance by name, whenever one was replaced. */
  | { readonly type: 'processes'; readonly pids: Readonly<Record<string, number>> }
  | MetricsMessage;

/** What the primary tells a process. */
export type MessageDown = { readonly type: 'retire' } | MetricsMessage;

/** Asks for the metrics of a process, or, upwards, of the instance; the answer carries the same number. */
export type MetricsMessage =
  | { readonly type: 'metrics-wanted'; readonly id: number }
  | { readonly type: 'metrics'; readonly id: number; readonly text: string };
