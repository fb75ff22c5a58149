import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { call } from "~/api/client";
import { saveFile } from "~/api/files";
import { sentenceOf } from "~/api/problems";
import { useAllowed } from "~/routing/workspace";
import type { Question } from "./useQuestion";

/** Saves who is shown, with the columns that are shown, as a CSV file. */
export function ExportButton({ question, columns }: { question: Question; columns: string[] }) {
  const { t } = useTranslation("people");
  const download = useMutation({
    mutationFn: async () => {
      const { data, error, response } = await call.POST("/api/people/export", {
        body: { q: question.search ?? "", rule: question.rule ?? null, columns },
        parseAs: "blob",
      });
      if (!data) throw error;
      saveFile(t("export.file"), data as unknown as Blob);
      return response.headers.get("X-Kesher-More") === "true";
    },
    onSuccess: (more) => {
      if (more) notifications.show({ color: "yellow", message: t("export.more") });
    },
    onError: (error) =>
      notifications.show({ color: "red", message: sentenceOf(error) ?? t("export.failed") }),
  });
  if (!useAllowed("profiles:export")) return null;
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={18} aria-hidden />}
      onClick={() => download.mutate()}
      loading={download.isPending}
    >
      {t("export.do")}
    </Button>
  );
}
