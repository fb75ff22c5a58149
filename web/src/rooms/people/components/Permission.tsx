import { Anchor, Badge, Group, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { Card } from "~/design/Card";
import { useFormat } from "~/i18n/format";
import { useLocal } from "~/i18n/local";
import { useNames } from "~/i18n/names";

const COLORS = { granted: "green", denied: "red", pending: "yellow" } as const;
const SHOWN = 4;

/** What a person allows on each channel and topic, and how it came to be. */
export function Permission({ person }: { person: number }) {
  const { t } = useTranslation("people");
  const format = useFormat();
  const local = useLocal();
  const names = useNames();
  const { data } = api.useQuery("get", "/api/profiles/{profile_id}/consent", {
    params: { path: { profile_id: person } },
  });
  const [all, { toggle }] = useDisclosure();
  const topics = api.useQuery("get", "/api/topics").data ?? [];
  if (!data) return null;
  const history = all ? data.history : data.history.slice(0, SHOWN);
  const about = (channel: string, topic: string) => {
    const known = topics.find(({ key }) => key === topic);
    const name = known ? local(known.name) || topic : topic;
    return [names.channel(channel), name].filter(Boolean).join(" · ");
  };
  return (
    <Card title={t("permission.title")}>
      {data.states.length === 0 && <Text c="var(--quiet)">{t("permission.empty")}</Text>}
      <Stack gap={6} className="filled">
        {data.states.map(({ channel, topic, state }) => (
          <Group key={channel + topic} justify="space-between">
            <Text size="sm">
              <bdi>{about(channel, topic)}</bdi>
            </Text>
            <Badge variant="light" color={COLORS[state]} tt="none">
              {t(`permission.states.${state}`)}
            </Badge>
          </Group>
        ))}
      </Stack>
      <Stack gap={4} className="filled">
        {history.map((entry) => (
          <Text key={entry.id} size="xs" c="var(--quiet)">
            {format.dateTime(entry.given_at)} · <bdi>{about(entry.channel, entry.topic)}</bdi>:{" "}
            {t(`permission.states.${entry.state}`)} · <bdi>{entry.source}</bdi>{" "}
            {entry.wording && <q>{entry.wording}</q>}
          </Text>
        ))}
      </Stack>
      {data.history.length > SHOWN && (
        <Anchor component="button" type="button" size="xs" ta="start" onClick={toggle}>
          {t(all ? "permission.less" : "permission.all", { count: data.history.length })}
        </Anchor>
      )}
    </Card>
  );
}
