import type { EntityRef } from '@sallyport/contracts';
import type { Place } from '@sallyport/risk';
import type { Found, LargeKind, Wanted } from './partial/wanted.js';
import type { StoredFact } from './stored-fact.js';

/** What happened to a tenant's registers since a version. */
export type ChangesSince =
  /**
   * `facts` is everything that changed, as it is at `version`: one consistent state. `requests` are the access requests
   * that moved, `revokedTokens` tokens by their `jti`: no decision reads them, but screens and enforcement points want to
   * hear of it.
   */
  | {
      readonly kind: 'changes';
      readonly version: number;
      readonly facts: readonly StoredFact[];
      readonly requests: readonly string[];
      readonly revokedTokens: readonly string[];
    }
  /** Too far behind, or the feed no longer reaches back: load the tenant anew. */
  | { readonly kind: 'reload' }
  /** There is no such tenant. */
  | { readonly kind: 'gone' };

export interface FeedListener {
  /** A commit moved a tenant's registers to `version`. */
  changed(tenantId: string, version: number): void;
  /** The feed is connected (again): what happened before is not announced. */
  connected(): void;
  /** The feed is lost; it reconnects by itself. */
  lost(error: Error): void;
}

/** What takes a tenant's facts in. */
export interface LoadSink {
  /** Everything is wanted where it is absent. */
  readonly maxItems?: number;
  begin?(tooLarge: ReadonlySet<LargeKind>): void;
  page(facts: readonly StoredFact[]): void;
}

/** Where the registers are kept, and how their changes become known. */
export abstract class FactsSource {
  abstract versions(): Promise<readonly { readonly id: string; readonly version: number }[]>;
  /**
   * Hands over a tenant's facts in pages, all of one moment. Returns the version they are of; undefined when there is
   * no such tenant. Registers of more than `maxItems` are left out: the sink is told which before the first page.
   */
  abstract load(tenantId: string, sink: LoadSink): Promise<number | undefined>;
  /** The wanted parts of a tenant's registers, each whole, all of one moment; undefined when there is no such tenant. */
  abstract find(tenantId: string, wanted: readonly Wanted[]): Promise<Found | undefined>;
  /** More than `maxChanges` changes are not handed over: then it is `reload`. */
  abstract changesSince(
    tenantId: string,
    version: number,
    maxChanges: number,
  ): Promise<ChangesSince>;
  /** Grants that changed after `version` and can no longer hold, with the version of the look: cheap, however much else changed. */
  abstract endedSince(
    tenantId: string,
    version: number,
  ): Promise<{ readonly version: number; readonly grantIds: readonly string[] } | undefined>;
  /** Starts to listen; resolves when connected for the first time, and reconnects until the returned function was called. */
  abstract listen(listener: FeedListener): Promise<() => Promise<void>>;
  /** Looks whether the feed's connection still answers; a dead one is replaced. Called now and then. */
  abstract keepListening(): void;
  /** Keeps the newer of the stored and the given place of each subject. */
  abstract savePlaces(
    tenantId: string,
    places: readonly { readonly subject: EntityRef; readonly place: Place }[],
  ): Promise<void>;
  /** Forgets changes that every process has seen long ago. */
  abstract prune(tenantId: string): Promise<void>;
}
