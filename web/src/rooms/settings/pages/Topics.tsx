import { ActionIcon, Anchor, Badge, Button, Switch, Text } from "@mantine/core";
import { IconArchive, IconPlus, IconTags } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { type Column, PagedTable } from "~/design/PagedTable";
import { Screen } from "~/design/Screen";
import { useLocal } from "~/i18n/local";
import { useAllowed } from "~/routing/workspace";
import { useAsk, useChange, useSettings } from "../components/asking";
import { Locked } from "../components/Locked";
import { TopicModal } from "../components/TopicModal";

type Topic = Schema<"TopicDetail">;

/** What people can say yes or no to. */
export function Topics() {
  const { t } = useTranslation("settings");
  const may = useAllowed("consent:topics");
  const [archived, setArchived] = useState(false);
  const [edited, setEdited] = useState<Topic | "new">();
  const { data: topics, error } = useSettings(`topics${archived ? " archived" : ""}`, () =>
    call.GET("/api/topics", { params: { query: { archived } } }),
  );
  const columns = useColumns(may, setEdited);
  const add = may && (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setEdited("new")}>
      {t("topics.new")}
    </Button>
  );
  return (
    <Screen title={t("topics.title")} about={t("topics.about")} actions={topics && topics.length > 0 && add}>
      <Locked permission="consent:topics" />
      <Card>
        <PagedTable
          label={t("topics.title")}
          rows={topics}
          rowKey={({ id }) => id}
          error={error}
          empty={
            <Empty icon={IconTags} title={t("topics.empty")} action={add}>
              {t("topics.emptyWhat")}
            </Empty>
          }
          columns={columns}
        />
        <Switch
          label={t("topics.showArchived")}
          checked={archived}
          onChange={(event) => setArchived(event.currentTarget.checked)}
        />
      </Card>
      {edited && (
        <TopicModal topic={edited === "new" ? undefined : edited} onClose={() => setEdited(undefined)} />
      )}
    </Screen>
  );
}

function useColumns(may: boolean, edit: (topic: Topic) => void): Column<Topic>[] {
  const { t } = useTranslation("settings");
  const local = useLocal();
  return [
    {
      key: "name",
      head: t("name"),
      cell: (topic) => (
        <>
          {may && !topic.archived_at ? (
            <Anchor component="button" type="button" fw={600} onClick={() => edit(topic)}>
              <bdi>{local(topic.name)}</bdi>
            </Anchor>
          ) : (
            <bdi>{local(topic.name)}</bdi>
          )}
          <Text size="sm" c="var(--quiet)">
            <bdi>{local(topic.description)}</bdi>
          </Text>
        </>
      ),
    },
    { key: "key", head: t("topics.key"), cell: ({ key }) => <bdi dir="ltr">{key}</bdi> },
    { key: "purpose", head: t("topics.purpose"), cell: ({ purpose }) => t(`topics.purposes.${purpose}`) },
    {
      key: "do",
      head: <span className="visually-hidden">{t("actions")}</span>,
      number: true,
      cell: (topic) =>
        topic.archived_at ? (
          <Badge color="gray" variant="light">
            {t("topics.archived")}
          </Badge>
        ) : (
          may && <Archive topic={topic} />
        ),
    },
  ];
}

function Archive({ topic }: { topic: Topic }) {
  const { t } = useTranslation("settings");
  const local = useLocal();
  const ask = useAsk();
  const name = local(topic.name);
  const archive = useChange(
    () => call.DELETE("/api/topics/{key}", { params: { path: { key: topic.key } } }),
    { quiet: true },
  );
  return (
    <ActionIcon
      variant="subtle"
      color="red"
      loading={archive.isPending}
      aria-label={t("topics.archive.of", { name })}
      onClick={() =>
        ask({
          title: t("topics.archive.of", { name }),
          what: t("topics.archive.what"),
          confirm: t("topics.archive.do"),
          onConfirm: () => archive.mutate(undefined),
        })
      }
    >
      <IconArchive size={18} aria-hidden />
    </ActionIcon>
  );
}
