import { Table } from '@mantine/core';
import {
  FlexRender,
  tableFeatures,
  useTable,
  type Cell,
  type ColumnDef,
} from '@tanstack/react-table';
import type { ReactNode, Ref } from 'react';
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
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowId, ref } = props;
  const table = useTable({ features, columns: [...columns], data: [...rows], getRowId: rowId });
  return (
    <div
      className="sp-table-scroll"
      role="region"
      aria-label={strings.tableRegion(label)}
      tabIndex={rows.length > 0 ? 0 : undefined}
      ref={ref}
    >
      <Table aria-label={label} highlightOnHover verticalSpacing="xs">
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
            <Table.Tr key={row.id}>{row.getAllCells().map(renderCell)}</Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function renderCell<Row extends object>(cell: Cell<typeof features, Row>, at: number): ReactNode {
  const content = <FlexRender cell={cell} />;
  if (at > 0) return <Table.Td key={cell.id}>{content}</Table.Td>;
  return (
    <Table.Th key={cell.id} scope="row">
      {content}
    </Table.Th>
  );
}
