import { parseFhirDate } from './fhir-date.js';
import type { Interval } from './fhir-date.js';
import type { JsonNode } from './json-node.js';

/** Reads a list of `Coding`. A code of one of the `known` systems, or of none, stands alone; any other as `system|code`. */
export function readCodings(
  parent: JsonNode,
  name: string,
  known: readonly string[],
): readonly string[] {
  return parent.nodes(name).map((coding) => {
    const code = coding.text('code');
    // Dropping it could empty the list, and an empty list limits nothing.
    if (code === undefined) throw coding.failure('code-missing', 'code');
    const system = coding.text('system');
    return system === undefined || known.includes(system) ? code : `${system}|${code}`;
  });
}

/** Reads a list of `CodeableConcept`: the codings of all of them. A concept that is only text is a failure. */
export function readConcepts(
  parent: JsonNode,
  name: string,
  known: readonly string[],
): readonly string[] {
  return parent.nodes(name).flatMap((concept) => readConcept(concept, known));
}

/** Reads one `CodeableConcept`. */
export function readConcept(concept: JsonNode, known: readonly string[]): readonly string[] {
  const codes = readCodings(concept, 'coding', known);
  if (codes.length === 0) throw concept.failure('code-missing', 'coding');
  return codes;
}

/** Reads the literal reference of a `Reference`, without the version that it may be pinned to. */
export function readReference(reference: JsonNode | undefined): string | undefined {
  return reference?.text('reference')?.replace(/\/_history\/[^/]*$/, '');
}

/** Reads a `Period`: from the first instant of its start until just after its end, whatever their precision. */
export function readPeriod(parent: JsonNode, name: string): Partial<Interval> {
  const period = parent.node(name);
  if (period === undefined) return {};
  const startMs = readDate(period, 'start')?.startMs;
  const endMs = readDate(period, 'end')?.endMs;
  if (startMs !== undefined && endMs !== undefined && endMs <= startMs) {
    throw parent.failure('period-invalid', name);
  }
  return {
    ...(startMs === undefined ? {} : { startMs }),
    ...(endMs === undefined ? {} : { endMs }),
  };
}

/** Reads a date of any precision. */
export function readDate(parent: JsonNode, name: string): Interval | undefined {
  const text = parent.text(name);
  if (text === undefined) return undefined;
  const interval = parseFhirDate(text);
  if (interval === undefined) throw parent.failure('date-invalid', name);
  return interval;
}
