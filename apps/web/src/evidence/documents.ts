import { gql } from 'urql';
import type { Entry, EntryFilter, EntryProof, Page } from '../graphql-types.js';
import type { PageVariables } from '../paged-query.js';

/** What a row of the log shows. */
export type EntryRow = Omit<Entry, 'raw' | 'leafHash' | 'related'>;

/** What the entry screen shows. */
export type EntryDetail = Omit<Entry, 'related'> & {
  readonly related: readonly Pick<
    Entry,
    'id' | 'index' | 'type' | 'time' | 'summary' | 'decision'
  >[];
};

const ROW_FIELDS = `
  id index type time actor decision action pep policyVersion summary published
  subject { type id }
  resource { type id }
  reasons { code message }
`;

export const ENTRIES = gql<
  { readonly entries: Page<EntryRow> & { readonly total: number | null; readonly behind: number } },
  PageVariables & { readonly filter: EntryFilter }
>`
  query Entries($filter: EntryFilter, $first: Int!, $after: String) {
    entries(filter: $filter, first: $first, after: $after) {
      nodes { ${ROW_FIELDS} }
      nextCursor
      total
      behind
    }
  }
`;

export const ENTRY = gql<{ readonly entry: EntryDetail | null }, { readonly id: string }>`
  query Entry($id: ID!) {
    entry(id: $id) {
      ${ROW_FIELDS}
      raw
      leafHash
      related { id index type time summary decision }
    }
  }
`;

export const PROOF = gql<{ readonly entryProof: EntryProof | null }, { readonly id: string }>`
  query Proof($id: ID!) {
    entryProof(id: $id) {
      index
      treeSize
      entry
      proof
      vkey
      origin
    }
  }
`;

/** How long the log is now, to count what is newer than the screen. */
export const LOG_SIZE = gql<
  { readonly checkpoint: { readonly logSize: number } | null },
  Record<string, never>
>`
  query LogSize {
    checkpoint {
      logSize
    }
  }
`;
