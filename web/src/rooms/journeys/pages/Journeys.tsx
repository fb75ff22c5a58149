import { Anchor, Badge, Button, Group, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus, IconRoute } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { type Column, PagedTable } from "~/design/PagedTable";
import { Screen } from "~/design/Screen";
import { useFormat } from "~/i18n/format";
import { useAllowed, useWorkspace } from "~/routing/workspace";
import { useLanguage } from "../editing/useTypes";
import { JourneyActions, StateBadge } from "../panels/JourneyState";
import { NewJourney } from "./NewJourney";

type Row = Schema<"JourneyDetail"> & { health: Schema<"JourneyHealthDetail"> | undefined };

/** The journeys: their state, who is in them, what they reach. */
export function Journeys() {
  const { t } = useTranslation("journeys");
  const mayWrite = useAllowed("journeys:write");
  const [starting, { open, close }] = useDisclosure();
  const { rows, error } = useJourneys();
  const columns = useColumns();
  const start = mayWrite && (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={open}>
      {t("list.new")}
    </Button>
  );
  return (
    <Screen title={t("list.title")} about={t("list.about")} actions={rows?.length !== 0 && start}>
      <Card>
        <PagedTable
          label={t("list.title")}
          columns={columns}
          rows={rows}
          rowKey={({ key }) => key}
          error={error}
          empty={
            <Empty icon={IconRoute} title={t("list.empty")} action={start}>
              {t("list.emptyWhat")}
            </Empty>
          }
        />
      </Card>
      <NewJourney opened={starting} onClose={close} />
    </Screen>
  );
}

function useJourneys(): { rows: Row[] | undefined; error: unknown } {
  const { slug, permissions } = useWorkspace();
  const journeys = useQuery({
    queryKey: ["journeys", slug, "list"],
    queryFn: async () => {
      const { data, error } = await call.GET("/api/journeys");
      if (!data) throw error;
      return data;
    },
  });
  const health = useQuery({
    queryKey: ["journeys", slug, "health"],
    enabled: permissions.includes("events:read"),
    refetchInterval: 15_000,
    queryFn: async () => {
      const { data, error } = await call.GET("/api/home");
      if (!data) throw error;
      return data.journeys;
    },
  });
  const rows = journeys.data?.map((journey) => ({
    ...journey,
    health: health.data?.find(({ key }) => key === journey.key),
  }));
  return { rows: rows && inOrder(rows), error: journeys.error };
}

const ORDER = ["live", "paused", "draft", "archived"];

function inOrder(rows: Row[]): Row[] {
  return rows.toSorted((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state));
}

function useColumns(): Column<Row>[] {
  const { t } = useTranslation("journeys");
  const language = useLanguage();
  const format = useFormat();
  const { slug } = useWorkspace();
  const count = (value: number | undefined) => (value === undefined ? "" : format.number(value));
  return [
    {
      key: "name",
      head: t("list.name"),
      cell: ({ key, name, version }) => (
        <Stack gap={0}>
          <Anchor
            fw={600}
            renderRoot={(props) => (
              <Link
                to="/w/$workspace/journeys/$journey"
                params={{ workspace: slug, journey: key }}
                {...props}
              />
            )}
          >
            <bdi>{name[language]}</bdi>
          </Anchor>
          <Text size="xs" c="var(--quiet)">
            {version === null ? t("list.neverPublished") : t("list.version", { version })}
          </Text>
        </Stack>
      ),
    },
    {
      key: "state",
      head: t("list.state"),
      cell: ({ state, health }) => (
        <Group gap={6}>
          <StateBadge state={state} />
          <Health health={health} />
        </Group>
      ),
    },
    { key: "entered", head: t("list.entered"), number: true, cell: ({ health }) => count(health?.entered) },
    { key: "people", head: t("list.active"), number: true, cell: ({ health }) => count(health?.people) },
    {
      key: "goals",
      head: t("list.goals"),
      number: true,
      cell: ({ health }) =>
        health && (
          <>
            <bdi>{format.number(health.goals)}</bdi>{" "}
            {health.entered > 0 && (
              <Text span size="xs" c="var(--quiet)" ms={4}>
                <bdi>{format.percent(health.goals / health.entered)}</bdi>
              </Text>
            )}
          </>
        ),
    },
    {
      key: "do",
      head: <span className="visually-hidden">{t("list.actions")}</span>,
      number: true,
      cell: (row) => <JourneyActions journey={row} />,
    },
  ];
}

function Health({ health }: { health: Row["health"] }) {
  const { t } = useTranslation("journeys");
  if (!health) return null;
  return (
    <>
      {health.failed > 0 && (
        <Badge color="red" variant="dot">
          {t("list.failed", { count: health.failed })}
        </Badge>
      )}
      {health.late > 0 && (
        <Badge color="orange" variant="dot">
          {t("list.late", { count: health.late })}
        </Badge>
      )}
    </>
  );
}
