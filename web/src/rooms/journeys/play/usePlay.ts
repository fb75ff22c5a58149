import { useMutation } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { call, type Schema } from "~/api/client";
import { useAllowed } from "~/routing/workspace";
import { isMap } from "../definition/paths";
import type { Definition, Json, JsonMap } from "../definition/types";
import type { Kinds } from "../editing/useTypes";
import { NO_OVERLAY } from "../geometry/useDrawing";
import { pathOf } from "../live/overlay";

export type Line = Schema<"PlayedLine">;

/** Something that the customer does: an event, so long after the play begins. */
export interface Deed {
  event: string;
  after: string;
  properties: JsonMap;
}

/** Who plays and what happens to her. */
export interface Casting {
  /** A real person's identifier; without one, the imagined person plays. */
  person: string | undefined;
  imagined: { email: string; firstName: string; language: string; permitted: boolean };
  deeds: Deed[];
}

/** A play of the journey on the canvas, walked through line by line. */
export function usePlay(definition: Definition, kinds: Kinds, language: string) {
  const [casting, setCasting] = useState<Casting>(() => firstCasting(definition, language));
  const [at, goTo] = useState(0);
  const mayRead = useAllowed("events:read");
  const play = useMutation({
    mutationFn: async () => {
      const examples = mayRead ? await readExamples(casting.deeds) : {};
      const body = bodyOf(definition, casting, examples);
      const { data, error } = await call.POST("/api/journey-plays", { body });
      if (!data) throw error;
      // That she is at the first step was told when she entered.
      return {
        ...data,
        lines: data.lines.filter(({ kind, came_from }) => kind !== "step" || came_from !== null),
      };
    },
    onSuccess: () => goTo(0),
  });
  const lines = play.data?.lines;
  const overlay = useMemo(() => {
    if (!lines) return NO_OVERLAY;
    return pathOf(stepsUntil(lines, at), definition, kinds.types);
  }, [lines, at, definition, kinds.types]);
  return {
    casting,
    setCasting,
    at,
    goTo,
    begin: () => play.mutate(),
    beginning: play.isPending,
    error: play.error,
    told: play.data,
    again: play.reset,
    overlay,
  };
}

export type Play = ReturnType<typeof usePlay>;

/** The first thing that happens: what the journey's entry waits for. */
function firstCasting({ entry }: Definition, language: string): Casting {
  const event = typeof entry.event === "string" ? entry.event : "";
  return {
    person: undefined,
    imagined: {
      email: "dana@example.com",
      firstName: language === "he" ? "דנה" : "Dana",
      language,
      permitted: true,
    },
    deeds: event ? [{ event, after: "", properties: propertiesFor(entry.where) }] : [],
  };
}

/** Properties with which the conditions of the entry hold, as far as they are plain. */
function propertiesFor(where: Json | undefined): JsonMap {
  const properties: Record<string, Json> = {};
  for (const filter of Array.isArray(where) ? where : []) {
    if (!isMap(filter) || typeof filter.property !== "string" || /[.[]/.test(filter.property)) continue;
    properties[filter.property] = holding(String(filter.op), filter.value);
  }
  return properties;
}

function holding(op: string, value: Json | undefined): Json {
  if (typeof value === "number" && (op === "gt" || op === "ge")) return value + 100;
  if (typeof value === "number" && (op === "lt" || op === "le")) return value - 1;
  return Array.isArray(value) ? (value[0] ?? "") : (value ?? "");
}

type Examples = Record<string, JsonMap>;

/** How the events looked of late: a message needs more of them than anybody wants to write. */
async function readExamples(deeds: Deed[]): Promise<Examples> {
  const names = [...new Set(deeds.map(({ event }) => event).filter(Boolean))];
  const found = await Promise.all(
    names.map(async (name) => {
      const { data, error } = await call.GET("/api/event-example", { params: { query: { name } } });
      if (!data) throw error;
      return [name, (data.properties ?? {}) as JsonMap] as const;
    }),
  );
  return Object.fromEntries(found);
}

function bodyOf(
  definition: Definition,
  { person, imagined, deeds }: Casting,
  examples: Examples,
): Schema<"PlayBody"> {
  const { email, firstName, language, permitted } = imagined;
  const traits = { email, firstName, language };
  return {
    definition: definition as never,
    html: true,
    events: deeds
      .filter(({ event }) => event)
      .map(({ event, after, properties }) => ({
        event,
        properties: { ...examples[event], ...properties },
        ...(after && { after }),
      })) as never,
    ...(person
      ? { person }
      : {
          imagine: { traits, consents: permitted ? [{ channel: "email", state: "granted" }] : [] } as never,
        }),
  };
}

function stepsUntil(lines: Line[], at: number) {
  return lines
    .slice(0, at + 1)
    .filter(({ kind }) => kind === "entered" || kind === "step" || kind === "exited" || kind === "waits");
}
