import { Alert, Button, Group, List, Modal, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { Refusal } from "~/design/Refusal";
import { Waiting } from "~/design/Waiting";
import { useAllowed, useWorkspace } from "~/routing/workspace";
import type { Problem } from "../definition/types";
import { type Draft, openJourney } from "../editing/useDraft";
import { useLanguage } from "../editing/useTypes";
import { useWording } from "../editing/useWording";
import { type Mapping, Moves } from "./Moves";

interface PublishProps {
  journey: Schema<"JourneyDetail">;
  draft: Draft;
  problems: Problem[];
}

/** Puts the draft in force, after showing what changes and what becomes of the people in it. */
export function PublishButton({ journey, draft, problems }: PublishProps) {
  const { t } = useTranslation("journeys");
  const mayPublish = useAllowed("journeys:publish");
  const [opened, { open, close }] = useDisclosure();
  if (!mayPublish || journey.state === "archived") return null;
  const nothing = draft.revision === 0 && draft.saving === "kept";
  const start = async () => {
    await draft.saveNow();
    open();
  };
  return (
    <>
      <Button onClick={() => void start()} disabled={nothing}>
        {t("publish.do")}
      </Button>
      <Modal opened={opened} onClose={close} title={t("publish.title")} size="lg">
        {problems.length > 0 ? (
          <Mistakes problems={problems} />
        ) : (
          <Review journey={journey} draft={draft} onDone={close} />
        )}
      </Modal>
    </>
  );
}

function Mistakes({ problems }: { problems: Problem[] }) {
  const { t } = useTranslation("journeys");
  return (
    <Alert color="red" title={t("publish.mistakes", { count: problems.length })}>
      <List size="sm">
        {problems.map(({ path, message }) => (
          <List.Item key={path + message}>{message}</List.Item>
        ))}
      </List>
    </Alert>
  );
}

function Review({
  journey,
  draft,
  onDone,
}: {
  journey: Schema<"JourneyDetail">;
  draft: Draft;
  onDone: () => void;
}) {
  const { t } = useTranslation("journeys");
  const [mapping, setMapping] = useState<Mapping>();
  const changes = useChanges(journey.key, draft.revision);
  const publish = usePublish(journey.key, draft, onDone);
  if (changes.error) return <Refusal error={changes.error} />;
  if (!changes.data) return <Waiting />;
  return (
    <Stack>
      {journey.version === null ? <Text>{t("publish.first")}</Text> : <ChangeList changes={changes.data} />}
      {journey.version !== null && (
        <Moves
          journey={journey.key}
          mapping={mapping}
          onChange={setMapping}
          ask={{ of: "draft", revision: draft.revision }}
        />
      )}
      <Refusal error={publish.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          {t("cancel")}
        </Button>
        <Button onClick={() => publish.mutate(mapping)} loading={publish.isPending}>
          {t("publish.now")}
        </Button>
      </Group>
    </Stack>
  );
}

/** Differences in words. */
export function ChangeList({ changes }: { changes: Schema<"ChangeDetail">[] }) {
  const { t } = useTranslation("journeys");
  const language = useLanguage();
  const word = useWording();
  if (changes.length === 0) return <Text c="var(--quiet)">{t("publish.noChange")}</Text>;
  return (
    <Stack gap="xs">
      <Title order={2} size="sm">
        {t("publish.changes")}
      </Title>
      <List size="sm" spacing={4}>
        {changes.map(({ path, kind, text }) => (
          <List.Item key={path + kind}>{word(text[language])}</List.Item>
        ))}
      </List>
    </Stack>
  );
}

function useChanges(key: string, revision: number) {
  const { slug } = useWorkspace();
  return useQuery({
    queryKey: ["journeys", slug, "changes", key, revision],
    queryFn: async () => {
      const { data, error } = await call.GET("/api/journeys/{key}/draft/changes", {
        params: { path: { key } },
      });
      if (!data) throw error;
      return data;
    },
  });
}

function usePublish(key: string, draft: Draft, onDone: () => void) {
  const { t } = useTranslation("journeys");
  const cache = useQueryClient();
  const { slug } = useWorkspace();
  return useMutation({
    mutationFn: async (moves: Mapping | undefined) => {
      const { data, error } = await call.POST("/api/journeys/{key}/draft/publish", {
        params: { path: { key } },
        body: { revision: draft.revision, moves: moves ?? null },
      });
      if (!data) throw error;
      draft.open(await openJourney(key));
      return data;
    },
    onSuccess: async ({ version, changed }) => {
      notifications.show({
        message: t(changed ? "publish.done" : "publish.same", { version }),
        color: "green",
      });
      await cache.invalidateQueries({ queryKey: ["journeys", slug] });
      onDone();
    },
  });
}
