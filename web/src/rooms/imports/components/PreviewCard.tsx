import { Badge, Group, List, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/client";
import { Card } from "~/design/Card";
import { type Column, PagedTable } from "~/design/PagedTable";
import { useFormat } from "~/i18n/format";

type Row = Schema<"PreviewedRow">;
const CONTACTS = ["email", "phone"];

interface PreviewCardProps {
  preview: Schema<"ImportPreviewDetail"> | undefined;
  error: unknown;
}

/** The first rows as they will be read: who each is of and what it says, or why it will be refused. */
export function PreviewCard({ preview, error }: PreviewCardProps) {
  const { t } = useTranslation("imports");
  const format = useFormat();
  const columns: Column<Row>[] = [
    { key: "row", head: t("preview.row"), cell: ({ row }) => format.number(row) },
    { key: "person", head: t("preview.person"), cell: (row) => <Who row={row} /> },
    { key: "says", head: t("preview.says"), cell: (row) => <Says row={row} /> },
    { key: "result", head: t("preview.result"), cell: (row) => <Result row={row} /> },
  ];
  return (
    <Card
      title={t("preview.title")}
      actions={preview && <Refused refused={preview.refused} of={preview.looked_at} />}
    >
      <PagedTable
        label={t("preview.title")}
        columns={columns}
        rows={preview?.rows}
        error={error}
        rowKey={({ row }) => row}
        empty={null}
      />
    </Card>
  );
}

function Refused({ refused, of }: { refused: number; of: number }) {
  const { t } = useTranslation("imports");
  const format = useFormat();
  return (
    <Text size="sm" c="var(--quiet)" aria-live="polite">
      {refused === 0
        ? t("preview.allGood", { count: of, rows: format.number(of) })
        : t("preview.refusedOf", {
            count: refused,
            refused: format.number(refused),
            rows: format.number(of),
          })}
    </Text>
  );
}

function Who({ row }: { row: Row }) {
  const told = [row.user_id, ...CONTACTS.map((name) => row.traits[name])].filter(Boolean);
  return (
    <Stack gap={0}>
      {told.map((each) => (
        <bdi key={String(each)} dir="ltr">
          {String(each)}
        </bdi>
      ))}
    </Stack>
  );
}

function Says({ row }: { row: Row }) {
  const { t } = useTranslation("imports");
  const traits = Object.entries(row.traits).filter(([name]) => !CONTACTS.includes(name));
  return (
    <Group gap={6}>
      {traits.map(([name, value]) => (
        <Text key={name} size="sm" component="span">
          <Text span size="xs" c="var(--quiet)">
            <bdi>{name}</bdi>{" "}
          </Text>
          <bdi>{shown(value, t)}</bdi>
        </Text>
      ))}
      {row.consent !== null && (
        <Badge variant="light" color={row.consent ? "green" : "red"} tt="none">
          {t(row.consent ? "preview.agreed" : "preview.declined")}
        </Badge>
      )}
    </Group>
  );
}

function shown(value: unknown, t: (key: "yes" | "no") => string): string {
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  return Array.isArray(value) ? value.join(", ") : String(value);
}

function Result({ row }: { row: Row }) {
  const { t } = useTranslation("imports");
  if (row.problems.length === 0) {
    return (
      <Badge variant="light" color="green" tt="none">
        {t("preview.good")}
      </Badge>
    );
  }
  return (
    <Stack gap={4} maw={360}>
      <Badge variant="light" color="red" tt="none">
        {t("preview.refused")}
      </Badge>
      <List size="sm" spacing={2} listStyleType="none">
        {row.problems.map(({ path, message }) => (
          <List.Item key={path + message}>
            {path && (
              <Text span size="sm" fw={600}>
                <bdi>{path}</bdi>:{" "}
              </Text>
            )}
            {message}
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}
