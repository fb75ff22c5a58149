import { Badge, Group } from "@mantine/core";
import { IconRoute } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/client";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { type Column, PagedTable } from "~/design/PagedTable";
import { useFormat } from "~/i18n/format";
import { useLocal } from "~/i18n/local";
import { useWorkspace } from "~/routing/workspace";

type Health = Schema<"JourneyHealthDetail">;

/** The journeys: who is in them, who reached the goal, what is late or failed. */
export function JourneysHealth({ journeys }: { journeys: Health[] }) {
  const { t } = useTranslation("home");
  const format = useFormat();
  const local = useLocal();
  const { slug: workspace } = useWorkspace();
  const columns: Column<Health>[] = [
    {
      key: "name",
      head: t("journeys.name"),
      cell: ({ name, key, late, failed }) => (
        <Group gap="xs">
          <Link to="/w/$workspace/journeys/$journey" params={{ workspace, journey: key }}>
            <bdi>{local(name) || key}</bdi>
          </Link>
          {late > 0 && (
            <Badge size="sm" color="yellow" variant="light" tt="none">
              {t("journeys.late", { count: late })}
            </Badge>
          )}
          {failed > 0 && (
            <Badge size="sm" color="red" variant="light" tt="none">
              {t("journeys.failed", { count: failed })}
            </Badge>
          )}
        </Group>
      ),
    },
    { key: "people", head: t("journeys.people"), number: true, cell: ({ people }) => format.number(people) },
    {
      key: "entered",
      head: t("journeys.entered"),
      number: true,
      cell: ({ entered }) => format.number(entered),
    },
    { key: "goals", head: t("journeys.goals"), number: true, cell: ({ goals }) => format.number(goals) },
  ];
  return (
    <Card title={t("journeys.title")}>
      <PagedTable
        label={t("journeys.title")}
        columns={columns}
        rows={journeys}
        rowKey={({ key }) => key}
        empty={<Empty icon={IconRoute} title={t("journeys.empty")} />}
      />
    </Card>
  );
}
