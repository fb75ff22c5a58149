import { Anchor, Text } from "@mantine/core";
import { IconListCheck } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { type Column, PagedTable } from "~/design/PagedTable";
import { Screen } from "~/design/Screen";
import { useFormat } from "~/i18n/format";
import { useLocal } from "~/i18n/local";
import { useWorkspace } from "~/routing/workspace";
import { NewList } from "../components/NewList";
import { type ListDetail, useLists } from "../components/useLists";

/** All lists, and how many are on each now. */
export function Lists() {
  const { t } = useTranslation("lists");
  const { data, error } = useLists();
  const columns = useColumns();
  const create = <NewList taken={data?.map(({ key }) => key) ?? []} />;
  return (
    <Screen title={t("title")} about={t("about")} actions={data?.length !== 0 && create}>
      <Card>
        <PagedTable
          label={t("title")}
          columns={columns}
          rows={data}
          error={error}
          rowKey={({ key }) => key}
          empty={
            <Empty icon={IconListCheck} title={t("empty")} action={create}>
              {t("emptyWhat")}
            </Empty>
          }
        />
      </Card>
    </Screen>
  );
}

function useColumns(): Column<ListDetail>[] {
  const { t } = useTranslation("lists");
  const format = useFormat();
  const local = useLocal();
  const { slug: workspace } = useWorkspace();
  return [
    {
      key: "name",
      head: t("name"),
      cell: ({ key, name }) => (
        <Anchor
          fw={600}
          renderRoot={(props) => (
            <Link to="/w/$workspace/lists/$list" params={{ workspace, list: key }} {...props} />
          )}
        >
          <bdi>{local(name) || key}</bdi>
        </Anchor>
      ),
    },
    { key: "members", head: t("people"), number: true, cell: ({ members }) => format.number(members) },
    {
      key: "made",
      head: t("made"),
      cell: ({ created_at }) => (
        <Text size="sm" c="var(--quiet)">
          {format.date(created_at)}
        </Text>
      ),
    },
  ];
}
