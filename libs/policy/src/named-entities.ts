import type { EntityRef, PolicyBundle } from '@sallyport/contracts';
import { readBundle } from './bundle.js';
import { entitiesLookedInto, type Expression } from './expression.js';
import { RefMap } from './ref-map.js';

/** The entities that a bundle's policies name and look into, each once: what a question must bring beside what hangs together with it. */
export function namedEntities(bundle: PolicyBundle): EntityRef[] {
  const named = new RefMap<EntityRef>();
  for (const { json } of readBundle(bundle).policies)
    for (const { body } of json.conditions)
      for (const ref of entitiesLookedInto(body as Expression)) named.set(ref, ref);
  return [...named.values()];
}
