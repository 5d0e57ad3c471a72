import type { Problem } from '@sallyport/contracts';
import { join } from 'node:path';

/** `dir/policies/main.cedar:3:7 message`: a place that terminals and editors can jump to. */
export function problemLine(directory: string, { file, line, column, message }: Problem): string {
  const place = [join(directory, file), line, line === undefined ? undefined : column];
  return `${place.filter((part) => part !== undefined).join(':')} ${message}`;
}
