import { Alert, Loader, Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { call } from "~/api/client";
import { useFormat } from "~/i18n/format";
import { useWorkspace } from "~/routing/workspace";

const UNTIL_HEARD = 3_000;
const AFTERWARDS = 15_000;

/** Waits for the site's first event, and turns green when it is here. */
export function HeardFrom() {
  const { t } = useTranslation("settings");
  const { slug } = useWorkspace();
  const format = useFormat();
  const { data: newest } = useQuery({
    queryKey: ["settings", slug, "newest event"],
    queryFn: async () => {
      const { data, error } = await call.GET("/api/events", { params: { query: { limit: 1 } } });
      if (!data) throw error;
      return data.items[0] ?? null;
    },
    refetchInterval: ({ state }) => (state.data ? AFTERWARDS : UNTIL_HEARD),
  });
  if (!newest) {
    return (
      <Alert role="status" color="gray" icon={<Loader size={18} />} title={t("sources.listening")}>
        {t("sources.listeningWhat")}
      </Alert>
    );
  }
  return (
    <Alert
      role="status"
      color="green"
      icon={<IconCircleCheck />}
      title={
        <Text span inherit c="var(--mantine-color-text)">
          {t("sources.heard")}
        </Text>
      }
    >
      {t("sources.heardWhat", { ago: format.ago(newest.received_at) })}{" "}
      <bdi>{newest.name || newest.type}</bdi>
    </Alert>
  );
}
