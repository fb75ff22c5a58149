import { ActionIcon, Badge, Button, Group, Modal, Stack, Text, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { openConfirmModal } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { IconHistory } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { Refusal } from "~/design/Refusal";
import { Waiting } from "~/design/Waiting";
import { useFormat } from "~/i18n/format";
import { useAllowed, useWorkspace } from "~/routing/workspace";
import { type Draft, openJourney } from "../editing/useDraft";
import { type Mapping, Moves } from "./Moves";
import { ChangeList } from "./Publish";

interface VersionsProps {
  journey: Schema<"JourneyDetail">;
  draft: Draft;
}

/** The published versions, what each changed, and the way back; and throwing the draft away. */
export function Versions({ journey, draft }: VersionsProps) {
  const { t } = useTranslation("journeys");
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <Tooltip label={t("versions.title")}>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("versions.title")} onClick={open}>
          <IconHistory size={19} stroke={1.7} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Modal opened={opened} onClose={close} title={t("versions.title")} size="lg">
        <VersionList journey={journey} draft={draft} onDone={close} />
      </Modal>
    </>
  );
}

function VersionList({ journey, draft, onDone }: VersionsProps & { onDone: () => void }) {
  const { t } = useTranslation("journeys");
  const { slug } = useWorkspace();
  const { data, error } = useQuery({
    queryKey: ["journeys", slug, "versions", journey.key],
    queryFn: async () => {
      const answer = await call.GET("/api/journeys/{key}/versions", {
        params: { path: { key: journey.key } },
      });
      if (!answer.data) throw answer.error;
      return answer.data;
    },
  });
  if (error) return <Refusal error={error} />;
  if (!data) return <Waiting />;
  return (
    <Stack>
      <Discard journey={journey} draft={draft} onDone={onDone} />
      {data.length === 0 && <Text c="var(--quiet)">{t("versions.none")}</Text>}
      {data.map((version) => (
        <Version key={version.number} journey={journey.key} version={version} draft={draft} onDone={onDone} />
      ))}
    </Stack>
  );
}

interface VersionProps {
  journey: string;
  version: Schema<"VersionDetail">;
  draft: Draft;
  onDone: () => void;
}

function Version({ journey, version, draft, onDone }: VersionProps) {
  const { t } = useTranslation("journeys");
  const format = useFormat();
  const mayPublish = useAllowed("journeys:publish");
  const [opened, { toggle }] = useDisclosure();
  const { number, published_at, current, people } = version;
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Group gap="xs">
          <Text fw={600}>{t("list.version", { version: number })}</Text>
          {current && <Badge variant="dot">{t("versions.current")}</Badge>}
          <Text size="sm" c="var(--quiet)">
            {format.dateTime(published_at)} · {t("versions.people", { count: people })}
          </Text>
        </Group>
        {!current && mayPublish && (
          <Button size="xs" variant="default" onClick={toggle} aria-expanded={opened}>
            {t("versions.back")}
          </Button>
        )}
      </Group>
      {opened && <RollBack journey={journey} version={number} draft={draft} onDone={onDone} />}
    </Stack>
  );
}

function RollBack({ journey, version, draft, onDone }: Omit<VersionProps, "version"> & { version: number }) {
  const { t } = useTranslation("journeys");
  const { slug } = useWorkspace();
  const cache = useQueryClient();
  const [mapping, setMapping] = useState<Mapping>();
  const changes = useQuery({
    queryKey: ["journeys", slug, "changes-back", journey, version],
    queryFn: async () => {
      const path = { key: journey };
      const { data: now } = await call.GET("/api/journeys/{key}", { params: { path } });
      const query = { before: now?.version ?? version, after: version };
      const { data, error } = await call.GET("/api/journeys/{key}/versions/changes", {
        params: { path, query },
      });
      if (!data) throw error;
      return data;
    },
  });
  const back = useMutation({
    mutationFn: async () => {
      const { data, error } = await call.POST("/api/journeys/{key}/roll-back", {
        params: { path: { key: journey } },
        body: { version, moves: mapping ?? null },
      });
      if (!data) throw error;
      draft.open(await openJourney(journey));
      return data;
    },
    onSuccess: async (applied) => {
      notifications.show({ message: t("publish.done", { version: applied.version }), color: "green" });
      await cache.invalidateQueries({ queryKey: ["journeys", slug] });
      onDone();
    },
  });
  return (
    <Stack gap="sm" ps="md">
      <Refusal error={changes.error ?? back.error} />
      {changes.data && <ChangeList changes={changes.data} />}
      <Moves journey={journey} mapping={mapping} onChange={setMapping} ask={{ of: "version", version }} />
      <Button
        size="xs"
        onClick={() => back.mutate()}
        loading={back.isPending}
        style={{ alignSelf: "flex-start" }}
      >
        {t("versions.backNow", { version })}
      </Button>
    </Stack>
  );
}

function Discard({ journey, draft, onDone }: VersionsProps & { onDone: () => void }) {
  const { t } = useTranslation("journeys");
  const mayWrite = useAllowed("journeys:write");
  const discard = useMutation({
    mutationFn: async () => {
      const { error } = await call.DELETE("/api/journeys/{key}/draft", {
        params: { path: { key: journey.key }, query: { revision: draft.revision } },
      });
      if (error) throw error;
      draft.open(await openJourney(journey.key));
    },
    onSuccess: onDone,
  });
  if (draft.revision === 0 || !mayWrite || journey.version === null) return null;
  const ask = () =>
    openConfirmModal({
      title: t("discard.title"),
      children: t("discard.what"),
      labels: { confirm: t("discard.do"), cancel: t("cancel") },
      confirmProps: { color: "red.9" },
      onConfirm: () => discard.mutate(),
    });
  return (
    <Group justify="space-between">
      <Text size="sm">{t("discard.there")}</Text>
      <Button size="xs" variant="light" color="red" onClick={ask} loading={discard.isPending}>
        {t("discard.do")}
      </Button>
      <Refusal error={discard.error} />
    </Group>
  );
}
