import { Badge, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { Card } from "~/design/Card";
import { useFormat } from "~/i18n/format";

const COLORS = { granted: "green", denied: "red", pending: "yellow" } as const;
const SHOWN = 5;

/** What a person allows on each channel and topic, and how it came to be. */
export function Permission({ person }: { person: number }) {
  const { t } = useTranslation("people");
  const format = useFormat();
  const { data } = api.useQuery("get", "/api/profiles/{profile_id}/consent", {
    params: { path: { profile_id: person } },
  });
  if (!data) return null;
  return (
    <Card title={t("permission.title")}>
      {data.states.length === 0 && <Text c="var(--quiet)">{t("permission.empty")}</Text>}
      <Stack gap={6}>
        {data.states.map(({ channel, topic, state }) => (
          <Group key={channel + topic} justify="space-between">
            <Text size="sm">
              <bdi>{[channel, topic].filter(Boolean).join(" · ")}</bdi>
            </Text>
            <Badge variant="light" color={COLORS[state]} tt="none">
              {t(`permission.states.${state}`)}
            </Badge>
          </Group>
        ))}
      </Stack>
      {data.history.slice(0, SHOWN).map((entry) => (
        <Text key={entry.id} size="xs" c="var(--quiet)">
          {format.dateTime(entry.given_at)} · <bdi>{entry.source}</bdi>{" "}
          {entry.wording && <q>{entry.wording}</q>}
        </Text>
      ))}
    </Card>
  );
}
