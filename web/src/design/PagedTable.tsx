import { Button, Center, Skeleton, Stack, Table } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Refusal } from "./Refusal";

export interface Column<Row> {
  key: string;
  head: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Numbers stand at the end of their column. */
  number?: boolean;
}

interface PagedTableProps<Row> {
  label: string;
  columns: Column<Row>[];
  /** The pages read so far; undefined while the first is being read. */
  rows: Row[] | undefined;
  rowKey: (row: Row) => string | number;
  empty: ReactNode;
  error?: unknown;
  more?: (() => void) | undefined;
  loadingMore?: boolean;
}

/** A list that is read page by page: never a jump to page 7, always quick. */
export function PagedTable<Row>(props: PagedTableProps<Row>) {
  const { t } = useTranslation();
  if (props.error) return <Refusal error={props.error} />;
  if (props.rows?.length === 0) return props.empty;
  return (
    <Stack gap="xs">
      <Table.ScrollContainer minWidth={520} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table aria-label={props.label}>
          <Table.Thead>
            <Table.Tr>
              {props.columns.map(({ key, head, number }) => (
                <Table.Th key={key} ta={number ? "end" : "start"}>
                  {head}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {props.rows ? props.rows.map((row) => line(row, props)) : WAITING(props.columns.length)}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {props.more && (
        <Center>
          <Button variant="default" onClick={props.more} loading={props.loadingMore ?? false}>
            {t("more")}
          </Button>
        </Center>
      )}
    </Stack>
  );
}

function line<Row>(row: Row, { columns, rowKey }: PagedTableProps<Row>) {
  return (
    <Table.Tr key={rowKey(row)}>
      {columns.map(({ key, cell, number }) => (
        <Table.Td key={key} ta={number ? "end" : "start"} className={number ? "numbers" : undefined}>
          {cell(row)}
        </Table.Td>
      ))}
    </Table.Tr>
  );
}

const WAITING = (columns: number) =>
  [1, 2, 3, 4, 5, 6].map((row) => (
    <Table.Tr key={row}>
      <Table.Td colSpan={columns}>
        <Skeleton h={18} />
      </Table.Td>
    </Table.Tr>
  ));
