/** What the configuration says about the log. */
export abstract class EvidenceSettings {
  /** Root address of the instance; logs are named after it. */
  abstract readonly publicUrl: string;
  /** Longest time between an entry and a checkpoint that covers it, the signing not counted. */
  abstract readonly checkpointIntervalMs: number;
  /** Version of this program, for the manifest of an export. */
  abstract readonly version: string;
}
