import { Anchor, Text } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { call } from "~/api/client";
import { usePages } from "~/api/pages";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { type Column, PagedTable } from "~/design/PagedTable";
import { Screen } from "~/design/Screen";
import { useFormat } from "~/i18n/format";
import { useAllowed } from "~/routing/workspace";
import { StateBadge } from "../components/StateBadge";
import { Upload } from "../components/Upload";
import { useListName } from "../components/useListName";
import { type ImportDetail, isUnderWay } from "../components/useImport";

const route = getRouteApi("/w/$workspace/people/imports");

/** Bring a file, and the files that were brought: each can be returned to. */
export function Imports() {
  const { t } = useTranslation("imports");
  const { workspace } = route.useParams();
  const { list } = route.useSearch();
  const may = useAllowed("profiles:write");
  const imports = usePages<ImportDetail>(["imports", workspace, "list"], (cursor) =>
    call.GET("/api/imports", { params: { query: cursor ? { cursor } : {} } }),
  );
  const columns = useColumns(workspace);
  const into = useListName(list);
  return (
    <Screen title={t("title")} about={into === undefined ? t("about") : t("aboutList", { list: into })}>
      {may && <Upload list={list} />}
      <Card title={t("all")}>
        <PagedTable
          label={t("title")}
          columns={columns}
          rowKey={({ id }) => id}
          empty={
            <Empty icon={IconFileImport} title={t("empty")}>
              {t("emptyWhat")}
            </Empty>
          }
          {...imports}
        />
      </Card>
    </Screen>
  );
}

function useColumns(workspace: string): Column<ImportDetail>[] {
  const { t } = useTranslation("imports");
  const format = useFormat();
  return [
    {
      key: "file",
      head: t("file.title"),
      cell: ({ id, filename }) => (
        <Anchor
          fw={600}
          renderRoot={(props) => (
            <Link
              to="/w/$workspace/people/imports/$import"
              params={{ workspace, import: String(id) }}
              {...props}
            />
          )}
        >
          <bdi>{filename || t("nameless")}</bdi>
        </Anchor>
      ),
    },
    { key: "state", head: t("state"), cell: ({ state }) => <StateBadge state={state} /> },
    {
      key: "rows",
      head: t("figures.rows"),
      number: true,
      cell: (row) =>
        isUnderWay(row)
          ? t("going.of", { done: format.number(row.done), rows: format.number(row.rows) })
          : format.number(row.rows),
    },
    {
      key: "refused",
      head: t("figures.refused"),
      number: true,
      cell: ({ refused }) => format.number(refused),
    },
    {
      key: "asked",
      head: t("when"),
      cell: ({ asked_at, asked_by }) => (
        <>
          {format.dateTime(asked_at)}
          <Text size="xs" c="var(--quiet)">
            <bdi>{asked_by}</bdi>
          </Text>
        </>
      ),
    },
  ];
}
