import { Button, Group, Switch, Text, TextInput } from "@mantine/core";
import { IconPlugConnected } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { PagedTable } from "~/design/PagedTable";
import { Refusal } from "~/design/Refusal";
import { Screen } from "~/design/Screen";
import { useFormat } from "~/i18n/format";
import { useAllowed } from "~/routing/workspace";
import { useAsk, useChange, useSettings } from "../components/asking";
import { Copied } from "../components/Copied";
import { Locked } from "../components/Locked";
import { Snippets } from "../components/Snippets";

type Source = Schema<"SourceDetail">;

/** Where events come from: write keys, the lines for the site, and whether anything was heard. */
export function Sources() {
  const { t } = useTranslation("settings");
  const format = useFormat();
  const { data: sources, error } = useSettings("sources", () => call.GET("/api/sources"));
  return (
    <Screen title={t("sources.title")} about={t("sources.about")}>
      <Locked permission="events:sources" />
      {sources && <Snippets sources={sources} />}
      <Card title={t("sources.list")}>
        <PagedTable
          label={t("sources.title")}
          rows={sources}
          rowKey={({ id }) => id}
          error={error}
          empty={
            <Empty icon={IconPlugConnected} title={t("sources.empty")}>
              {t("sources.emptyWhat")}
            </Empty>
          }
          columns={[
            {
              key: "name",
              head: t("name"),
              cell: ({ name, created_at }) => (
                <>
                  <bdi>{name}</bdi>
                  <Text size="xs" c="var(--quiet)">
                    {t("since", { date: format.date(created_at) })}
                  </Text>
                </>
              ),
            },
            {
              key: "key",
              head: t("sources.key"),
              cell: ({ write_key, name }) => <Copied value={write_key} name={t("sources.keyOf", { name })} />,
            },
            {
              key: "heard",
              head: t("sources.last"),
              cell: ({ last_event_at }) => (last_event_at ? format.ago(last_event_at) : t("sources.nothing")),
            },
            { key: "on", head: t("sources.on"), cell: (source) => <OnSwitch source={source} /> },
          ]}
        />
        <NewSource />
      </Card>
    </Screen>
  );
}

function OnSwitch({ source }: { source: Source }) {
  const { t } = useTranslation("settings");
  const may = useAllowed("events:sources");
  const ask = useAsk();
  const change = useChange(
    (enabled: boolean) =>
      call.PATCH("/api/sources/{source_id}", {
        params: { path: { source_id: source.id } },
        body: { enabled },
      }),
    { quiet: true },
  );
  const turn = (on: boolean) =>
    on
      ? change.mutate(true)
      : ask({
          title: t("sources.off.title", { name: source.name }),
          what: t("sources.off.what"),
          confirm: t("sources.off.do"),
          onConfirm: () => change.mutate(false),
        });
  return (
    <Switch
      checked={source.enabled}
      disabled={!may || change.isPending}
      onChange={(event) => turn(event.currentTarget.checked)}
      aria-label={t("sources.onOf", { name: source.name })}
    />
  );
}

function NewSource() {
  const { t } = useTranslation("settings");
  const [name, setName] = useState("");
  const create = useChange(() => call.POST("/api/sources", { body: { name: name.trim() } }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(undefined, { onSuccess: () => setName("") });
  };
  if (!useAllowed("events:sources")) return null;
  return (
    <form onSubmit={submit}>
      <Refusal error={create.error} />
      <Group align="flex-end" gap="xs">
        <TextInput
          label={t("sources.new")}
          description={t("sources.newWhat")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          maxLength={200}
          flex={1}
          maw={400}
        />
        <Button type="submit" variant="default" loading={create.isPending}>
          {t("create")}
        </Button>
      </Group>
    </form>
  );
}
