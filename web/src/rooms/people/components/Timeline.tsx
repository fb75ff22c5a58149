import { Anchor, Badge, Button, Center, Chip, Collapse, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconTimeline } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { Refusal } from "~/design/Refusal";
import { useFormat } from "~/i18n/format";
import { useWorkspace } from "~/routing/workspace";
import { useNames } from "~/i18n/names";

import { detailOf } from "../details";
import { Properties } from "./Properties";

type Kind = Schema<"TimelineKind">;
type Entry = Schema<"TimelineGroupDetail">;
const KINDS: Kind[] = ["activity", "message", "journey", "segment", "consent", "score", "identity"];

/** What a person did and what happened to her, the newest first; the same thing done again stands in one line. */
export function Timeline({ person }: { person: number }) {
  const { t } = useTranslation("people");
  const { slug } = useWorkspace();
  const [kinds, setKinds] = useState<Kind[]>([]);
  const query = useInfiniteQuery({
    queryKey: ["people", slug, person, "timeline", kinds],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam }) => {
      const { data, error } = await call.GET("/api/profiles/{profile_id}/timeline", {
        params: { path: { profile_id: person }, query: { kind: kinds, cursor: pageParam } },
      });
      if (!data) throw error;
      return data;
    },
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const groups = query.data?.pages.flatMap((page) => page.groups);
  return (
    <Card title={t("timeline.title")}>
      <Chip.Group multiple value={kinds} onChange={(chosen) => setKinds(chosen as Kind[])}>
        <Group gap={6}>
          {KINDS.map((kind) => (
            <Chip key={kind} value={kind} size="xs" variant="light">
              {t(`timeline.kinds.${kind}`)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Refusal error={query.error} />
      {query.isPending && <Skeleton h={160} />}
      {groups?.length === 0 && <Empty icon={IconTimeline} title={t("timeline.empty")} />}
      <Stack gap="xs">
        {groups?.map((group) => (
          <Line key={`${group.events[0]?.id}`} group={group} />
        ))}
      </Stack>
      {query.hasNextPage && (
        <Center>
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
            {t("timeline.older")}
          </Button>
        </Center>
      )}
    </Card>
  );
}

const COLORS: Record<Kind, string> = {
  activity: "ink",
  message: "teal",
  journey: "grape",
  segment: "cyan",
  consent: "orange",
  score: "yellow",
  identity: "gray",
};

function Line({ group }: { group: Entry }) {
  const { t } = useTranslation("people");
  const format = useFormat();
  const names = useNames();
  const [opened, { toggle }] = useDisclosure();
  const [latest] = group.events;
  const detail = latest && detailOf(latest.properties);
  return (
    <div>
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Group gap="xs" wrap="nowrap" style={{ minWidth: 0 }}>
          <Badge size="xs" circle color={COLORS[group.kind]} title={t(`timeline.kinds.${group.kind}`)} />
          <Anchor component="button" type="button" size="sm" onClick={toggle} aria-expanded={opened} truncate>
            <bdi>{names.event(group.name || latest?.type || "")}</bdi>
          </Anchor>
          {detail && (
            <Text size="sm" truncate>
              <bdi>{detail}</bdi>
            </Text>
          )}
          {group.events.length > 1 && (
            <Text size="xs" c="var(--quiet)">
              ×{format.number(group.events.length)}
            </Text>
          )}
          {latest?.source && (
            <Text size="xs" c="var(--quiet)" truncate>
              <bdi>{latest.source}</bdi>
            </Text>
          )}
        </Group>
        <Text size="xs" c="var(--quiet)" title={format.dateTime(group.last_at)} className="numbers">
          {format.ago(group.last_at)}
        </Text>
      </Group>
      <Collapse expanded={opened}>
        <Stack gap={6} mt={6} ms="lg">
          {group.events.map((event) => (
            <div key={event.id}>
              <Text size="xs" c="var(--quiet)">
                {format.dateTime(event.occurred_at)}
              </Text>
              <Properties of={event.properties} />
            </div>
          ))}
        </Stack>
      </Collapse>
    </div>
  );
}
