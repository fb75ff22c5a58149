import { Group, Progress, Stack, Text, ThemeIcon } from "@mantine/core";
import { IconCheck, IconCircleDashed } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/client";
import { Card } from "~/design/Card";
import { useWorkspace } from "~/routing/workspace";

/** The way from an empty workspace to a running journey; gone when one runs. */
export function FirstSteps({ home }: { home: Schema<"Home"> }) {
  const { t } = useTranslation("home");
  const { slug: workspace } = useWorkspace();
  if (home.journeys.some(({ state }) => state === "live")) return null;
  const missing = new Set(home.attention.map(({ kind }) => kind));
  const steps = [
    { step: "brand", done: !missing.has("sender_missing"), to: "/w/$workspace/content/brand" },
    { step: "site", done: home.people > 0, to: "/w/$workspace/settings/sources" },
    { step: "journey", done: home.journeys.length > 0, to: "/w/$workspace/journeys" },
    { step: "publish", done: false, to: "/w/$workspace/journeys" },
  ] as const;
  const done = steps.filter((each) => each.done).length;
  return (
    <Card title={t("steps.title")}>
      <Progress
        value={(done / steps.length) * 100}
        aria-label={t("steps.progress", { done, all: steps.length })}
      />
      <Stack component="ol" gap="sm" m={0} p={0} style={{ listStyle: "none" }}>
        {steps.map((each) => (
          <Group key={each.step} component="li" wrap="nowrap" align="flex-start" gap="sm">
            <ThemeIcon
              variant={each.done ? "filled" : "light"}
              color={each.done ? "green.8" : "gray"}
              radius="xl"
              size={24}
              role="img"
              aria-label={t(each.done ? "steps.done" : "steps.open")}
            >
              {each.done ? <IconCheck size={15} /> : <IconCircleDashed size={15} />}
            </ThemeIcon>
            <Stack gap={0}>
              <Link to={each.to} params={{ workspace }}>
                {t(`steps.${each.step}`)}
              </Link>
              <Text size="sm" c="var(--quiet)">
                {t(`steps.${each.step}What`)}
              </Text>
            </Stack>
          </Group>
        ))}
      </Stack>
    </Card>
  );
}
