/** What one process says about itself, in Prometheus' text format 0.0.4. */
export interface Exposition {
  readonly process: string;
  readonly text: string;
}

interface Family {
  readonly about: string[];
  readonly samples: string[];
}

/** One exposition of several: each sample says of which process it is, and each metric is described once. */
export function mergeExpositions(expositions: readonly Exposition[]): string {
  const families = new Map<string, Family>();
  for (const { process, text } of expositions) collect(families, process, text);
  const lines = [...families.values()].flatMap(({ about, samples }) => [...about, ...samples]);
  return lines.map((line) => `${line}\n`).join('');
}

/** Samples follow the description of their metric. */
function collect(families: Map<string, Family>, process: string, text: string): void {
  let family: Family = { about: [], samples: [] };
  let isKnown = false;
  let name: string | undefined;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    if (!line.startsWith('#')) {
      family.samples.push(withLabel(line, process));
      continue;
    }
    const [, , described = ''] = line.split(' ', 3);
    if (described !== name) {
      name = described;
      isKnown = families.has(described);
      family = families.get(described) ?? { about: [], samples: [] };
      families.set(described, family);
    }
    if (!isKnown) family.about.push(line);
  }
}

function withLabel(sample: string, process: string): string {
  const brace = sample.indexOf('{');
  const space = sample.indexOf(' ');
  if (brace === -1 || space < brace)
    return `${sample.slice(0, space)}{process="${process}"}${sample.slice(space)}`;
  return `${sample.slice(0, brace + 1)}process="${process}",${sample.slice(brace + 1)}`;
}
