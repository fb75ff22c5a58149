import { ActionIcon, Badge, Menu } from "@mantine/core";
import { openConfirmModal } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { IconArchive, IconDots, IconPlayerPause, IconPlayerPlay, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { sentenceOf } from "~/api/problems";
import { useAllowed, useWorkspace } from "~/routing/workspace";
import { openJourney } from "../editing/useDraft";
import { useLanguage } from "../editing/useTypes";

type JourneyDetail = Schema<"JourneyDetail">;
const COLORS: Record<string, string> = { live: "green", paused: "orange", draft: "gray", archived: "gray" };

/** Whether a journey runs. */
export function StateBadge({ state }: { state: JourneyDetail["state"] }) {
  const { t } = useTranslation("journeys");
  return (
    <Badge color={COLORS[state] ?? "gray"} variant="dot" miw="max-content">
      {t(`state.${state}`)}
    </Badge>
  );
}

type Deed = "pause" | "resume" | "archive" | "delete";

/** What can be done to a journey as a whole; what cannot be taken back is asked first. */
export function JourneyActions({ journey }: { journey: JourneyDetail }) {
  if (journey.state === "archived") return null;
  return journey.version === null ? <DraftActions journey={journey} /> : <RunActions journey={journey} />;
}

function RunActions({ journey }: { journey: JourneyDetail }) {
  const { t } = useTranslation("journeys");
  const language = useLanguage();
  const mayPublish = useAllowed("journeys:publish");
  const act = useDeed(journey.key);
  if (!mayPublish) return null;
  const ask = () =>
    openConfirmModal({
      title: t("archive.title", { name: journey.name[language] }),
      children: t("archive.what"),
      labels: { confirm: t("archive.do"), cancel: t("cancel") },
      confirmProps: { color: "red.9" },
      onConfirm: () => act.mutate("archive"),
    });
  const paused = journey.state === "paused";
  const Picture = paused ? IconPlayerPlay : IconPlayerPause;
  return (
    <Actions journey={journey} busy={act.isPending}>
      <Menu.Item
        leftSection={<Picture size={16} aria-hidden />}
        onClick={() => act.mutate(paused ? "resume" : "pause")}
      >
        {t(paused ? "resume" : "pause")}
      </Menu.Item>
      <Menu.Item color="red" leftSection={<IconArchive size={16} aria-hidden />} onClick={ask}>
        {t("archive.do")}
      </Menu.Item>
    </Actions>
  );
}

/** A journey that was never published goes with its draft. */
function DraftActions({ journey }: { journey: JourneyDetail }) {
  const { t } = useTranslation("journeys");
  const language = useLanguage();
  const { slug: workspace } = useWorkspace();
  const mayWrite = useAllowed("journeys:write");
  const navigate = useNavigate();
  const act = useDeed(journey.key, () => navigate({ to: "/w/$workspace/journeys", params: { workspace } }));
  if (!mayWrite) return null;
  const ask = () =>
    openConfirmModal({
      title: t("delete.title", { name: journey.name[language] }),
      children: t("delete.what"),
      labels: { confirm: t("delete.do"), cancel: t("cancel") },
      confirmProps: { color: "red.9" },
      onConfirm: () => act.mutate("delete"),
    });
  return (
    <Actions journey={journey} busy={act.isPending}>
      <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={ask}>
        {t("delete.do")}
      </Menu.Item>
    </Actions>
  );
}

interface ActionsProps {
  journey: JourneyDetail;
  busy: boolean;
  children: ReactNode;
}

function Actions({ journey, busy, children }: ActionsProps) {
  const { t } = useTranslation("journeys");
  const language = useLanguage();
  const label = t("actionsOf", { name: journey.name[language] });
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={label} loading={busy}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}

/** `leave`: away from what is there no more, before anything asks for it again. */
function useDeed(key: string, leave?: () => Promise<void>) {
  const cache = useQueryClient();
  const { slug } = useWorkspace();
  return useMutation({
    mutationFn: async (deed: Deed) => {
      const path = { key };
      const { error } = await {
        pause: () => call.POST("/api/journeys/{key}/pause", { params: { path } }),
        resume: () => call.POST("/api/journeys/{key}/resume", { params: { path } }),
        archive: () => call.DELETE("/api/journeys/{key}", { params: { path } }),
        delete: async () => {
          const { revision } = await openJourney(key);
          return call.DELETE("/api/journeys/{key}/draft", { params: { path, query: { revision } } });
        },
      }[deed]();
      if (error) throw error;
    },
    onSuccess: leave,
    onError: (error) => notifications.show({ color: "red", message: sentenceOf(error) }),
    onSettled: () => cache.invalidateQueries({ queryKey: ["journeys", slug] }),
  });
}
