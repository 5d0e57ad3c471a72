import { Button, Text, Tooltip } from '@mantine/core';
import { Link, useSearch } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import type { Page as EntryPage } from '../graphql-types.js';
import { usePagedQuery } from '../paged-query.js';
import { useRoles } from '../shell/session-context.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { DecisionBadge } from '../ui/decision-badge.js';
import { entityText } from '../ui/entity-text.js';
import { rememberOpened } from '../ui/focus-return.js';
import { useListKeys } from '../ui/list-keys.js';
import { LoadMore } from '../ui/load-more.js';
import { Page } from '../ui/page.js';
import { QueryView } from '../ui/query-view.js';
import { EmptyState } from '../ui/states.js';
import { When } from '../ui/when.js';
import { ENTRIES, type EntryRow } from './documents.js';
import { filterOf } from './entry-filter.js';
import { ExportDialog } from './export-dialog.js';
import { FilterForm } from './filter-form.js';
import { NewerEntries } from './newer-entries.js';
import { strings } from './strings.js';

interface Answer {
  readonly entries: EntryPage<EntryRow> & {
    readonly total: number | null;
    readonly behind: number;
  };
}

/** Fewer entries than this are found within a moment. */
const WORTH_TELLING = 1_000;

/** `/evidence`: the log, newest first, filtered by its address. */
export function LogScreen() {
  const search = useSearch({ from: '/evidence' });
  const filter = useMemo(() => filterOf(search), [search]);
  const query = usePagedQuery(ENTRIES, { filter }, pickPage);
  const [isExporting, setExporting] = useState(false);
  const { isAdmin, isAuditor } = useRoles();
  const seesAll = isAdmin || isAuditor;
  const total = query.data?.entries.total ?? null;
  const behind = query.data?.entries.behind ?? 0;
  return (
    <Page
      title={strings.title}
      headline={strings.headline}
      actions={
        <>
          {total !== null && <Text component="span">{strings.total(total)}</Text>}
          {seesAll && (
            <Button variant="default" onClick={() => setExporting(true)}>
              {strings.export}
            </Button>
          )}
        </>
      }
    >
      {!seesAll && (
        <Text c="dimmed" mb="sm">
          {strings.onlyYours}
        </Text>
      )}
      <FilterForm key={JSON.stringify(search)} search={search} />
      <NewerEntries show={query.refetch} />
      {behind > WORTH_TELLING && (
        <Text role="status" c="dimmed" mb="sm">
          {strings.behind(strings.total(behind))}
        </Text>
      )}
      <QueryView query={query} skeletonRows={8}>
        {() => <Entries rows={query.nodes} isFiltered={Object.keys(search).length > 0} />}
      </QueryView>
      <LoadMore query={query} />
      {isExporting && (
        <ExportDialog search={search} total={total} close={() => setExporting(false)} />
      )}
    </Page>
  );
}

function Entries({
  rows,
  isFiltered,
}: {
  readonly rows: readonly EntryRow[];
  readonly isFiltered: boolean;
}) {
  const table = useRef<HTMLDivElement>(null);
  useListKeys(
    table,
    '/evidence',
    rows.map((row) => row.id),
  );
  if (rows.length === 0)
    return <EmptyState>{isFiltered ? strings.emptyFiltered : strings.empty}</EmptyState>;
  return (
    <DataTable
      label={strings.table}
      columns={COLUMNS}
      rows={rows}
      rowId={(row) => row.id}
      ref={table}
    />
  );
}

const COLUMNS: readonly Column<EntryRow>[] = [
  { id: 'what', header: strings.what, cell: ({ row }) => <EntryLink entry={row.original} /> },
  { id: 'when', header: strings.when, cell: ({ row }) => <When at={row.original.time} isQuiet /> },
  {
    id: 'decision',
    header: strings.decision,
    cell: ({ row }) =>
      row.original.decision !== null && <DecisionBadge decision={row.original.decision} />,
  },
  {
    id: 'subject',
    header: strings.subject,
    cell: ({ row: { original } }) =>
      original.subject && (
        <Link
          to="/evidence"
          search={{ subject: original.subject.id }}
          activeProps={{}}
          aria-current={undefined}
        >
          {original.subject.id}
        </Link>
      ),
  },
  { id: 'action', header: strings.action, accessorFn: (entry) => entry.action ?? '' },
  {
    id: 'resource',
    header: strings.resource,
    cell: ({ row }) => row.original.resource && entityText(row.original.resource),
  },
  {
    id: 'reasons',
    header: strings.reasons,
    cell: ({ row }) =>
      row.original.reasons.map((reason) => (
        <code key={reason.code} className="sp-code" title={reason.message}>
          {reason.code}
        </code>
      )),
  },
  {
    id: 'proof',
    header: strings.proof,
    cell: ({ row }) => <Provable isPublished={row.original.published} />,
  },
];

function EntryLink({ entry }: { readonly entry: EntryRow }) {
  return (
    <Link
      to="/evidence/$id"
      params={{ id: entry.id }}
      data-row-id={entry.id}
      onClick={() => rememberOpened('/evidence', entry.id)}
    >
      {entry.summary}
    </Link>
  );
}

function Provable({ isPublished }: { readonly isPublished: boolean }) {
  if (isPublished)
    return (
      <span className="sp-ok">
        <span aria-hidden="true">✓ </span>
        {strings.provable}
      </span>
    );
  return (
    <Tooltip label={strings.pendingHelp} portalProps={{ target: '#main' }} multiline maw="80vw">
      <span className="sp-dim">
        <span aria-hidden="true">◔ </span>
        {strings.pending}
      </span>
    </Tooltip>
  );
}

function pickPage(data: Answer): EntryPage<EntryRow> {
  return data.entries;
}
