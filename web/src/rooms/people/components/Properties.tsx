import { Code, Table } from "@mantine/core";
import type { Schema } from "~/api/client";
import { written } from "../details";

/** What an event brought with it: a line a property. */
export function Properties({ of }: { of: Schema<"TimelineEventDetail">["properties"] }) {
  return (
    <Table.ScrollContainer minWidth={0}>
      <Table variant="vertical" layout="auto" fz="xs" withRowBorders={false}>
        <Table.Tbody>
          {Object.entries(of).map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th fw={400} w={160} py={2}>
                <bdi>{name}</bdi>
              </Table.Th>
              <Table.Td py={2} style={{ overflowWrap: "anywhere" }}>
                {value !== null && typeof value === "object" ? (
                  <Code dir="ltr">{written(value)}</Code>
                ) : (
                  <bdi>{written(value)}</bdi>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
