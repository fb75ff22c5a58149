import { Button, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "~/api/client";
import { Refusal } from "~/design/Refusal";
import { useAllowed, useWorkspace } from "~/routing/workspace";
import { useAsk, useChange } from "./asking";
import { Copied } from "./Copied";

/** The secret address of a journey, shown when asked for, and another in its place. */
export function HookAddress({ journey }: { journey: string }) {
  const { t } = useTranslation("settings");
  const { slug } = useWorkspace();
  const ask = useAsk();
  const [shown, setShown] = useState(false);
  const path = { key: journey };
  const { data, error } = useQuery({
    queryKey: ["settings", slug, "hook", journey],
    enabled: shown,
    queryFn: async () => {
      const { data: hook, error: refused } = await call.GET("/api/journeys/{key}/hook", { params: { path } });
      if (!hook) throw refused;
      return hook;
    },
  });
  const replace = useChange(() => call.POST("/api/journeys/{key}/hook", { params: { path } }), {
    quiet: true,
  });
  if (!useAllowed("journeys:publish")) return <Text size="sm">{t("webhooks.hidden")}</Text>;
  if (error) return <Refusal error={error} />;
  if (!data)
    return (
      <Button size="compact-sm" variant="light" onClick={() => setShown(true)}>
        {t("webhooks.show")}
      </Button>
    );
  return (
    <Group gap="xs">
      <Copied value={data.url} name={t("webhooks.addressOf", { name: journey })} />
      <Button
        size="compact-sm"
        variant="subtle"
        color="red"
        loading={replace.isPending}
        onClick={() =>
          ask({
            title: t("webhooks.replace.title"),
            what: t("webhooks.replace.what"),
            confirm: t("webhooks.replace.do"),
            onConfirm: () => replace.mutate(undefined),
          })
        }
      >
        {t("webhooks.replace.do")}
      </Button>
    </Group>
  );
}
