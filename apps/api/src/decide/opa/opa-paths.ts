import type { PepOpaPath } from '@sallyport/contracts';
import type { Pep } from '../../registers/facts.ports.js';

// The register keeps a PEP object until its row changes.
const known = new WeakMap<Pep, ReadonlyMap<string, PepOpaPath>>();

/** What the enforcement point declared under this path; undefined is OPA's undefined, and a denial to every client of it. */
export function opaPathOf(pep: Pep, path: string): PepOpaPath | undefined {
  let paths = known.get(pep);
  if (!paths) {
    paths = new Map(pep.opa?.map((one) => [one.path, one]));
    known.set(pep, paths);
  }
  return paths.get(path);
}
