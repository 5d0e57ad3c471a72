export interface ProcessorTicks {
  readonly worked: number;
  readonly stolen: number;
}
export function processorTicks(): ProcessorTicks | undefined;
export function parseProcessors(stat: string): ProcessorTicks;
export function stolenShare(
  before: ProcessorTicks | undefined,
  after: ProcessorTicks | undefined,
): number | undefined;
export function stolenNote(share?: number): string[];
