import type { DetailedError } from '@cedar-policy/cedar-wasm/nodejs';
import type { LineIndex, Problem } from '@sallyport/contracts';
import type { PolicySource } from './split-policies.js';

/** Cedar's errors about one policy as problems of its file, with the place and Cedar's own hint. */
export function cedarProblems(
  errors: readonly DetailedError[],
  source: PolicySource,
  lines: LineIndex,
): Problem[] {
  return errors.map((error) => {
    const start = error.sourceLocations?.[0]?.start ?? 0;
    const place = lines.positionAt(source.offset + utf16Offset(source.text, start));
    return { file: source.file, ...place, message: plainMessage(error) };
  });
}

/** Cedar's errors about a schema. */
export function schemaProblems(
  errors: readonly DetailedError[],
  file: string,
  text: string,
  lines: LineIndex,
): Problem[] {
  return errors.map((error) => {
    const start = error.sourceLocations?.[0]?.start;
    const place = start === undefined ? {} : lines.positionAt(utf16Offset(text, start));
    return { file, ...place, message: plainMessage(error) };
  });
}

/** One sentence: what Cedar says, what it expected, and what it suggests. */
export function plainMessage({ message, help, sourceLocations }: DetailedError): string {
  if (message.includes('got a template')) return 'Templates and slots are not supported.';
  const plain = message
    .replace(/^failed to parse (?:policy|schema) from string: (?:error parsing schema: )?/, '')
    .replace(/^for policy `[^`]*`, /, '');
  const label = sourceLocations?.[0]?.label;
  const parts = [plain, label ? `(${label})` : '', help ? `– ${help}` : ''];
  return parts.filter((part) => part !== '').join(' ');
}

/** Cedar counts bytes of UTF-8, this code counts UTF-16 units. */
function utf16Offset(text: string, byteOffset: number): number {
  let bytes = 0;
  let units = 0;
  for (const char of text) {
    if (bytes >= byteOffset) break;
    const code = char.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    units += char.length;
  }
  return units;
}
