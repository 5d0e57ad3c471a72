import { Table } from '@mantine/core';
import { FlexRender, tableFeatures, useTable, type ColumnDef } from '@tanstack/react-table';
import type { Ref } from 'react';
import { strings } from './strings.js';

const features = tableFeatures({});

/** Column of a DataTable over `Row`. */
export type Column<Row> = ColumnDef<typeof features, Row & object>;

interface DataTableProps<Row extends object> {
  /** Says what the table lists; it also names the region that scrolls sideways on narrow screens. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
  readonly ref?: Ref<HTMLDivElement>;
}

/** A real table; the server filters, sorts and pages. The first column is each row's header. */
export function DataTable<Row extends object>({
  label,
  columns,
  rows,
  rowId,
  ref,
}: DataTableProps<Row>) {
  const table = useTable({ features, columns: [...columns], data: [...rows], getRowId: rowId });
  return (
    <div
      className="sp-table-scroll"
      role="region"
      aria-label={strings.tableRegion(label)}
      tabIndex={rows.length > 0 ? 0 : undefined}
      ref={ref}
    >
      <Table aria-label={label} highlightOnHover verticalSpacing="xs" stickyHeader>
        <Table.Thead>
          {table.getHeaderGroups().map((group) => (
            <Table.Tr key={group.id}>
              {group.headers.map((header) => (
                <Table.Th key={header.id} scope="col">
                  <FlexRender header={header} />
                </Table.Th>
              ))}
            </Table.Tr>
          ))}
        </Table.Thead>
        <Table.Tbody>
          {table.getRowModel().rows.map((row) => (
            <Table.Tr key={row.id}>
              {row.getAllCells().map((cell, at) =>
                at === 0 ? (
                  <Table.Th key={cell.id} scope="row">
                    <FlexRender cell={cell} />
                  </Table.Th>
                ) : (
                  <Table.Td key={cell.id}>
                    <FlexRender cell={cell} />
                  </Table.Td>
                ),
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
