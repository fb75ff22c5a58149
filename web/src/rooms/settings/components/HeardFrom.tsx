import { Alert, Loader, Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { useFormat } from "~/i18n/format";
import { useWorkspace } from "~/routing/workspace";

const UNTIL_HEARD = 3_000;
const AFTERWARDS = 15_000;

/** Waits for a source's first event, and turns green when it is here. */
export function HeardFrom({ source }: { source: Schema<"SourceDetail"> }) {
  const { t } = useTranslation("settings");
  const { slug } = useWorkspace();
  const format = useFormat();
  // The place in the cache from which the list of sources is drawn, so that it hears too.
  const { data: sources } = useQuery({
    queryKey: ["settings", slug, "sources"],
    queryFn: async () => {
      const { data, error } = await call.GET("/api/sources");
      if (!data) throw error;
      return data;
    },
    refetchInterval: ({ state }) =>
      state.data?.find(({ id }) => id === source.id)?.last_event_at ? AFTERWARDS : UNTIL_HEARD,
  });
  const heard = sources?.find(({ id }) => id === source.id)?.last_event_at;
  if (!heard) {
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
      {t("sources.heardWhat", { ago: format.ago(heard) })} <bdi>{source.name}</bdi>
    </Alert>
  );
}
