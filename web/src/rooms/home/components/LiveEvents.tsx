import { Group, Stack, Text } from "@mantine/core";
import { IconAntennaBars5 } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { useFormat } from "~/i18n/format";
import { useNames } from "~/i18n/names";
import { useWorkspace } from "~/routing/workspace";
import { useLiveEvents } from "./useLiveEvents";

/** The newest events, as they arrive. */
export function LiveEvents() {
  const { t } = useTranslation("home");
  const format = useFormat();
  const names = useNames();
  const { slug: workspace } = useWorkspace();
  const events = useLiveEvents(workspace);
  return (
    <Card title={t("live.title")}>
      {events?.length === 0 && (
        <Empty icon={IconAntennaBars5} title={t("live.empty")}>
          {t("live.emptyWhat")}
        </Empty>
      )}
      <Stack gap={6} aria-live="off">
        {events?.map((event) => (
          <Group key={event.id} justify="space-between" wrap="nowrap">
            <Text size="sm" truncate>
              <Link
                to="/w/$workspace/people/$person"
                params={{ workspace, person: String(event.profile_id) }}
              >
                <bdi>{names.event(event.name || event.type)}</bdi>
              </Link>
            </Text>
            <Text size="xs" c="var(--quiet)" className="numbers">
              {format.time(event.received_at)}
            </Text>
          </Group>
        ))}
      </Stack>
    </Card>
  );
}
