import { Group, Stack, Text } from "@mantine/core";
import { IconAntennaBars5 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { Refusal } from "~/design/Refusal";
import { Screen } from "~/design/Screen";
import { useFormat } from "~/i18n/format";

const WATCHED_EVERY = 3_000;

/** What happens now. */
export function Home() {
  const { t } = useTranslation("home");
  const format = useFormat();
  const { data, error } = api.useQuery(
    "get",
    "/api/events",
    { params: { query: { limit: 30 } } },
    { refetchInterval: WATCHED_EVERY },
  );
  return (
    <Screen title={t("title")} about={t("about")}>
      <Refusal error={error} />
      <Card title={t("live.title")}>
        {data?.items.length === 0 && (
          <Empty icon={IconAntennaBars5} title={t("live.empty")}>
            {t("live.emptyWhat")}
          </Empty>
        )}
        <Stack gap={6}>
          {data?.items.map((event) => (
            <Group key={event.id} justify="space-between" wrap="nowrap">
              <Text size="sm" truncate>
                <bdi>{event.name || event.type}</bdi>
              </Text>
              <Text size="xs" c="var(--quiet)" className="numbers">
                {format.time(event.received_at)}
              </Text>
            </Group>
          ))}
        </Stack>
      </Card>
    </Screen>
  );
}
