import { Badge, Button, Stack, Text } from "@mantine/core";
import { IconPlus, IconUsersGroup } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, type Schema } from "~/api/client";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { type Column, PagedTable } from "~/design/PagedTable";
import { Screen } from "~/design/Screen";
import { useFormat } from "~/i18n/format";
import { useAllowed, useWorkspace } from "~/routing/workspace";
import { useLocal } from "~/i18n/local";
import { RuleSentence } from "../components/RuleSentence";

type Segment = Schema<"SegmentDetail">;

/** All segments, what each says, and how many are in it now. */
export function Segments() {
  const { t } = useTranslation("segments");
  const format = useFormat();
  const local = useLocal();
  const { slug: workspace } = useWorkspace();
  const mayWrite = useAllowed("segments:write");
  const { data, error } = api.useQuery("get", "/api/segments");
  const columns: Column<Segment>[] = [
    {
      key: "name",
      head: t("name"),
      cell: ({ key, name, rule }) => (
        <Stack gap={2}>
          <Text
            component={Link}
            to="/w/$workspace/segments/$key"
            params={{ workspace, key } as never}
            fw={600}
          >
            <bdi>{local(name) || key}</bdi>
          </Text>
          <RuleSentence rule={rule as never} />
        </Stack>
      ),
    },
    {
      key: "state",
      head: t("state"),
      cell: ({ state }) => (
        <Badge variant="light" color={state === "live" ? "green" : "yellow"} tt="none">
          {t(`states.${state}`)}
        </Badge>
      ),
    },
    { key: "members", head: t("members"), number: true, cell: ({ members }) => format.number(members) },
  ];
  const create = mayWrite && (
    <Button
      component={Link}
      to="/w/$workspace/segments/new"
      params={{ workspace } as never}
      leftSection={<IconPlus size={18} aria-hidden />}
    >
      {t("create")}
    </Button>
  );
  return (
    <Screen title={t("title")} about={t("about")} actions={create}>
      <Card>
        <PagedTable
          label={t("title")}
          columns={columns}
          rows={data}
          error={error}
          rowKey={({ key }) => key}
          empty={
            <Empty icon={IconUsersGroup} title={t("empty")} action={create}>
              {t("emptyWhat")}
            </Empty>
          }
        />
      </Card>
    </Screen>
  );
}
