import { openConfirmModal } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type After, type Answer, useChangeOf } from "~/api/changes";
import { useWorkspace } from "~/routing/workspace";

/** Reads one thing of the settings; `name` is its place in the cache, below the workspace. */
export function useSettings<Made>(name: string, read: () => Promise<Answer<Made>>) {
  const { slug } = useWorkspace();
  return useQuery({
    queryKey: ["settings", slug, name],
    queryFn: async (): Promise<Made> => {
      const { data, error } = await read();
      if (data === undefined) throw error;
      return data;
    },
  });
}

/** One change: all settings are read again after it. */
export function useChange<Given, Made>(act: (given: Given) => Promise<Answer<Made>>, after?: After) {
  const { slug } = useWorkspace();
  return useChangeOf([["settings", slug]], act, after);
}

/** Asks before something that cannot be taken back. */
export function useAsk() {
  const { t } = useTranslation();
  return (question: { title: string; what: string; confirm: string; onConfirm: () => void }) =>
    openConfirmModal({
      title: question.title,
      children: question.what,
      labels: { confirm: question.confirm, cancel: t("cancel") },
      confirmProps: { color: "red.9" },
      onConfirm: question.onConfirm,
    });
}

/** Tells that something was saved. */
export function useSaved() {
  const { t } = useTranslation("settings");
  return () => notifications.show({ color: "green", message: t("saved") });
}
