import { ActionIcon, Badge, Menu } from "@mantine/core";
import { openConfirmModal } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { IconArchive, IconDots, IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { sentenceOf } from "~/api/problems";
import { useAllowed, useWorkspace } from "~/routing/workspace";
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

type Deed = "pause" | "resume" | "archive";

/** What can be done to a journey as a whole; ending it for good is asked first. */
export function JourneyActions({ journey }: { journey: JourneyDetail }) {
  const { t } = useTranslation("journeys");
  const language = useLanguage();
  const mayPublish = useAllowed("journeys:publish");
  const act = useDeed(journey.key);
  if (!mayPublish || journey.state === "archived" || journey.version === null) return null;
  const name = journey.name[language];
  const ask = () =>
    openConfirmModal({
      title: t("archive.title", { name }),
      children: t("archive.what"),
      labels: { confirm: t("archive.do"), cancel: t("cancel") },
      confirmProps: { color: "red.9" },
      onConfirm: () => act.mutate("archive"),
    });
  const paused = journey.state === "paused";
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t("actionsOf", { name })}
          loading={act.isPending}
        >
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={
            paused ? <IconPlayerPlay size={16} aria-hidden /> : <IconPlayerPause size={16} aria-hidden />
          }
          onClick={() => act.mutate(paused ? "resume" : "pause")}
        >
          {t(paused ? "resume" : "pause")}
        </Menu.Item>
        <Menu.Item color="red" leftSection={<IconArchive size={16} aria-hidden />} onClick={ask}>
          {t("archive.do")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function useDeed(key: string) {
  const cache = useQueryClient();
  const { slug } = useWorkspace();
  return useMutation({
    mutationFn: async (deed: Deed) => {
      const params = { params: { path: { key } } };
      const { error } =
        deed === "archive"
          ? await call.DELETE("/api/journeys/{key}", params)
          : deed === "pause"
            ? await call.POST("/api/journeys/{key}/pause", params)
            : await call.POST("/api/journeys/{key}/resume", params);
      if (error) throw error;
    },
    onError: (error) => notifications.show({ color: "red", message: sentenceOf(error) }),
    onSettled: () => cache.invalidateQueries({ queryKey: ["journeys", slug] }),
  });
}
