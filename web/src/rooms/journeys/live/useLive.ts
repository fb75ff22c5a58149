import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { useFormat } from "~/i18n/format";
import { useWorkspace } from "~/routing/workspace";
import { readVersion } from "../editing/useDraft";
import type { Kinds } from "../editing/useTypes";
import { NO_OVERLAY } from "../geometry/useDrawing";
import { overlayOf, pathOf } from "./overlay";

const WATCHED_EVERY = 5_000;
const DAY = 86_400_000;
/** How many days back a period begins, today included; nothing for all time. */
export const PERIODS = { ever: undefined, today: 1, week: 7, month: 30 } as const;
export type Period = keyof typeof PERIODS;

/** What happens in the version in force: numbers of a period, one person's path, or what a dry run says. */
export function useLive(
  journey: Schema<"JourneyDetail">,
  kinds: Kinds,
  watched: boolean,
  run: number | undefined,
) {
  const { slug } = useWorkspace();
  const { t } = useTranslation("journeys");
  const format = useFormat();
  const [period, setPeriod] = useState<Period>("ever");
  const [dryRun, setDryRun] = useState<Schema<"DryRunDetail">>();
  const { key } = journey;
  const version = useQuery({
    queryKey: ["journeys", slug, "version", key, journey.version],
    enabled: watched && journey.version !== null,
    queryFn: () => readVersion(key),
  });
  const report = useQuery({
    queryKey: ["journeys", slug, "numbers", key, period],
    enabled: watched,
    refetchInterval: WATCHED_EVERY,
    placeholderData: keepPreviousData,
    queryFn: async () => {
      const start = firstDay(PERIODS[period]);
      const { data, error } = await call.GET("/api/journeys/{key}/canvas", {
        params: { path: { key }, query: start ? { start } : {} },
      });
      if (!data) throw error;
      return data;
    },
  });
  const path = useRun(run);
  const definition = version.data;
  const shown = dryRun?.canvas ?? report.data;
  const overlay = useMemo(() => {
    if (!definition) return NO_OVERLAY;
    if (path) return pathOf(path.steps.filter(isPassage), definition, kinds.types);
    return shown ? overlayOf(shown, definition, kinds.types, format, t) : NO_OVERLAY;
  }, [definition, path, shown, kinds.types, format, t]);
  return {
    definition,
    report: shown,
    error: report.error,
    overlay,
    period,
    setPeriod,
    path,
    dryRun,
    setDryRun,
  };
}

export type Live = ReturnType<typeof useLive>;

function useRun(run: number | undefined) {
  const { slug } = useWorkspace();
  const { data } = useQuery({
    queryKey: ["journeys", slug, "run", run],
    enabled: run !== undefined,
    queryFn: async () => {
      const answer = await call.GET("/api/runs/{run_id}", { params: { path: { run_id: run ?? 0 } } });
      if (!answer.data) throw answer.error;
      return answer.data;
    },
  });
  return run === undefined ? undefined : data;
}

/** Whether a recorded fact is of her way, and not of what became of a message that she had long left behind. */
function isPassage({ name }: Schema<"RunStep">): boolean {
  return name.startsWith("Journey ");
}

function firstDay(days: number | undefined): string | undefined {
  if (days === undefined) return undefined;
  return new Date(Date.now() - (days - 1) * DAY).toISOString().slice(0, 10);
}
