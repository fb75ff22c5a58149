import { Anchor, Button, Text } from "@mantine/core";
import { IconPlus, IconSpeakerphone } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { usePages } from "~/api/pages";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { type Column, PagedTable } from "~/design/PagedTable";
import { Screen } from "~/design/Screen";
import { useFormat } from "~/i18n/format";
import { useLocal } from "~/i18n/local";
import { useAllowed, useWorkspace } from "~/routing/workspace";
import { StateBadge } from "../components/StateBadge";

type Row = Schema<"BroadcastDetail">;

/** The broadcasts: one message to everybody in a segment. */
export function Broadcasts() {
  const { t } = useTranslation("broadcasts");
  const { slug } = useWorkspace();
  const maySend = useAllowed("messaging:broadcast");
  const broadcasts = usePages<Row>(["broadcasts", slug, "list"], (cursor) =>
    call.GET("/api/broadcasts", { params: { query: { ...(cursor && { cursor }) } } }),
  );
  const columns = useColumns();
  const start = maySend && (
    <Button
      leftSection={<IconPlus size={18} aria-hidden />}
      renderRoot={(props) => (
        <Link to="/w/$workspace/broadcasts/new" params={{ workspace: slug }} {...props} />
      )}
    >
      {t("list.new")}
    </Button>
  );
  return (
    <Screen title={t("list.title")} about={t("list.about")} actions={broadcasts.rows?.length !== 0 && start}>
      <Card>
        <PagedTable
          label={t("list.title")}
          columns={columns}
          rowKey={({ id }) => id}
          empty={
            <Empty icon={IconSpeakerphone} title={t("list.empty")} action={start}>
              {t("list.emptyWhat")}
            </Empty>
          }
          {...broadcasts}
        />
      </Card>
    </Screen>
  );
}

function useColumns(): Column<Row>[] {
  const { t } = useTranslation("broadcasts");
  const local = useLocal();
  const format = useFormat();
  const { slug } = useWorkspace();
  return [
    {
      key: "name",
      head: t("list.name"),
      cell: ({ key, name }) => (
        <Anchor
          fw={600}
          renderRoot={(props) => (
            <Link
              to="/w/$workspace/broadcasts/$broadcast"
              params={{ workspace: slug, broadcast: key }}
              {...props}
            />
          )}
        >
          <bdi>{local(name)}</bdi>
        </Anchor>
      ),
    },
    { key: "state", head: t("list.state"), cell: ({ state }) => <StateBadge state={state} /> },
    {
      key: "when",
      head: t("list.when"),
      cell: ({ started_at: started, scheduled_at: scheduled }) => (
        <Text size="sm" c="var(--quiet)">
          {started || scheduled ? format.dateTime(started ?? scheduled ?? "") : "–"}
        </Text>
      ),
    },
    {
      key: "sent",
      head: t("list.sent"),
      number: true,
      cell: ({ counts }) => format.number(counts.sent ?? 0),
    },
    {
      key: "held",
      head: t("list.held"),
      number: true,
      cell: ({ counts }) => format.number(counts.held ?? 0),
    },
    {
      key: "failed",
      head: t("list.failed"),
      number: true,
      cell: ({ counts }) => format.number(counts.failed ?? 0),
    },
  ];
}
