import { openConfirmModal } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { type UseMutationResult, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "~/api/problems";
import { useWorkspace } from "~/routing/workspace";

interface Answer<Made> {
  data?: Made;
  error?: unknown;
}

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

/** One change: all settings are read again after it. A quiet change (a switch, a removal) tells a refusal by itself. */
export function useChange<Given, Made>(
  act: (given: Given) => Promise<Answer<Made>>,
  { quiet = false }: { quiet?: boolean } = {},
): UseMutationResult<Made | undefined, unknown, Given> {
  const cache = useQueryClient();
  const { slug } = useWorkspace();
  const { t } = useTranslation();
  return useMutation({
    mutationFn: async (given: Given) => {
      const { data, error } = await act(given);
      if (error) throw error;
      return data;
    },
    onError: (error: unknown) => {
      if (quiet) notifications.show({ color: "red", message: sentenceOf(error) ?? t("failed.unknown") });
    },
    onSettled: () => cache.invalidateQueries({ queryKey: ["settings", slug] }),
  });
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
