import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from "react";
import { call } from "~/api/client";
import { isProblem } from "~/api/problems";
import type { Definition } from "../definition/types";
import type { NodeTypes } from "../definition/ways";
import type { Change } from "./changes";
import { type Act, begin, type History, reduce } from "./history";

const PAUSE = 900;

/** Whether what is on the canvas is kept: `changed` elsewhere means that somebody else saved meanwhile. */
export type Saving = "kept" | "waiting" | "saving" | "changed" | "failed";

/** The journey as it was read: what is being written, or else what is in force. */
export interface Opened {
  definition: Definition;
  /** 0 while there is no draft. */
  revision: number;
}

/** Reads the draft of a journey, or the version in force when there is none. */
export async function openJourney(key: string): Promise<Opened> {
  const params = { params: { path: { key } } };
  const { data: journey, error } = await call.GET("/api/journeys/{key}", params);
  if (!journey) throw error;
  if (!journey.draft) return { definition: await readVersion(key), revision: 0 };
  const draft = await call.GET("/api/journeys/{key}/draft", params);
  if (!draft.data) throw draft.error;
  return { definition: draft.data.definition as unknown as Definition, revision: draft.data.revision };
}

/** The version of a journey that is in force. */
export async function readVersion(key: string): Promise<Definition> {
  const { data, error } = await call.GET("/api/journeys/{key}/definition", { params: { path: { key } } });
  if (!data) throw error;
  return data.definition as unknown as Definition;
}

/** A journey being edited: its history, and a draft that follows what is on the canvas by itself. */
export function useDraft(key: string, opened: Opened, types: NodeTypes) {
  const [history, act] = useReducer(
    (before: History, next: Act) => reduce(before, next, types),
    opened.definition,
    begin,
  );
  const { present } = history;
  const cache = useQueryClient();
  const [saving, setSaving] = useState<Saving>("kept");
  const [failure, setFailure] = useState<unknown>();
  const [revision, setRevision] = useState(opened.revision);
  const kept = useRef({ definition: opened.definition, revision: opened.revision });
  const running = useRef<Promise<void> | undefined>(undefined);

  const put = useCallback(
    async (definition: Definition) => {
      const { data, error } = await call.PUT("/api/journeys/{key}/draft", {
        params: { path: { key } },
        body: { definition: definition as never, revision: kept.current.revision },
      });
      if (!data) {
        const conflict = isProblem(error) && error.status === 409;
        setSaving(conflict ? "changed" : "failed");
        setFailure(error);
        return;
      }
      kept.current = { definition, revision: data.revision };
      setRevision(data.revision);
      setFailure(undefined);
      setSaving("kept");
      void cache.invalidateQueries({ queryKey: ["journeys", "draft", key] });
    },
    [key, cache],
  );

  /** Saves what is on the canvas now; one call at a time, so that revisions follow each other. */
  const save = useCallback(
    async (definition: Definition) => {
      await running.current;
      if (kept.current.definition === definition) return setSaving("kept");
      setSaving("saving");
      running.current = put(definition);
      await running.current;
    },
    [put],
  );

  useEffect(() => {
    const same = present === kept.current.definition;
    setSaving((now) => (now === "changed" ? now : same ? "kept" : "waiting"));
    if (same || saving === "changed") return;
    const timer = setTimeout(() => void save(present), PAUSE);
    return () => clearTimeout(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- after each save (a new revision) what was done meanwhile is looked at; `saving` alone is no reason
  }, [present, save, revision]);

  useEffect(() => {
    if (saving === "kept") return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [saving]);

  const open = useCallback((next: Opened) => {
    kept.current = next;
    setRevision(next.revision);
    setSaving("kept");
    setFailure(undefined);
    act({ act: "open", definition: next.definition });
  }, []);

  /** After a conflict: what is here overwrites what somebody else saved. */
  const insist = useCallback(async () => {
    const theirs = await openJourney(key);
    kept.current = { ...kept.current, revision: theirs.revision };
    setSaving("saving");
    await put(present);
  }, [key, present, put]);

  const [canUndo, canRedo] = [history.past.length > 0, history.future.length > 0];
  return useMemo(
    () => ({
      definition: present,
      revision,
      saving,
      failure,
      open,
      insist,
      saveNow: () => save(present),
      change: (change: Change) => act({ act: "change", change }),
      undo: () => act({ act: "undo" }),
      redo: () => act({ act: "redo" }),
      canUndo,
      canRedo,
    }),
    [present, revision, saving, failure, open, insist, save, canUndo, canRedo],
  );
}

export type Draft = ReturnType<typeof useDraft>;
