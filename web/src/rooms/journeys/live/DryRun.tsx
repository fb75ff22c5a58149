import { Button, Divider, Group, Progress, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { Refusal } from "~/design/Refusal";
import { useFormat } from "~/i18n/format";
import { useAllowed, useWorkspace } from "~/routing/workspace";
import type { Live } from "./useLive";

const ASKED_EVERY = 1_000;
const WEEKS = [1, 2, 4];
const WEEK = 7 * 86_400_000;
const RUNNING = new Set(["waiting", "working"]);

/** The recorded past goes through the journey, as if it had been live; its numbers come onto the canvas. */
export function DryRun({ journey, live }: { journey: Schema<"JourneyDetail">; live: Live }) {
  const { t } = useTranslation("journeys");
  const format = useFormat();
  const mayAsk = useAllowed("journeys:publish");
  const { dryRun, setDryRun } = live;
  const ask = useMutation({
    mutationFn: async (weeks: number) => {
      const until = new Date();
      const start = new Date(until.getTime() - weeks * WEEK);
      const { data, error } = await call.POST("/api/journey-dry-runs", {
        body: { journey: journey.key, start: start.toISOString(), until: until.toISOString() },
      });
      if (!data) throw error;
      return data;
    },
    onSuccess: setDryRun,
  });
  useProgress(live);
  if (!mayAsk) return null;
  return (
    <Stack gap="xs">
      <Divider />
      <Title order={3} size="sm">
        {t("dry.title")}
      </Title>
      <Text size="sm" c="var(--quiet)">
        {t("dry.about")}
      </Text>
      <Refusal error={ask.error} />
      {dryRun ? (
        <>
          <Text size="sm">
            {format.date(dryRun.start)} – {format.date(dryRun.until)} ·{" "}
            {t(RUNNING.has(dryRun.state) ? "dry.running" : dryRun.canvas ? "dry.done" : "dry.failed", {
              done: format.number(dryRun.done),
              people: format.number(dryRun.people),
            })}
          </Text>
          {RUNNING.has(dryRun.state) && (
            <Progress
              value={dryRun.people > 0 ? (100 * dryRun.done) / dryRun.people : 5}
              animated
              aria-label={t("dry.progress")}
            />
          )}
          <Button size="xs" variant="default" onClick={() => setDryRun(undefined)}>
            {t("dry.close")}
          </Button>
        </>
      ) : (
        <Group gap="xs">
          {WEEKS.map((weeks) => (
            <Button
              key={weeks}
              size="xs"
              variant="default"
              loading={ask.isPending}
              onClick={() => ask.mutate(weeks)}
            >
              {t("dry.weeks", { count: weeks })}
            </Button>
          ))}
        </Group>
      )}
    </Stack>
  );
}

function useProgress({ dryRun, setDryRun }: Live) {
  const { slug } = useWorkspace();
  const running = dryRun !== undefined && RUNNING.has(dryRun.state);
  const { data } = useQuery({
    queryKey: ["journeys", slug, "dry-run", dryRun?.id],
    enabled: running,
    refetchInterval: running ? ASKED_EVERY : false,
    queryFn: async () => {
      const answer = await call.GET("/api/journey-dry-runs/{dry_run_id}", {
        params: { path: { dry_run_id: dryRun?.id ?? 0 } },
      });
      if (!answer.data) throw answer.error;
      return answer.data;
    },
  });
  useEffect(() => {
    if (running && data && data.id === dryRun.id) setDryRun(data);
  }, [running, data, dryRun, setDryRun]);
}
