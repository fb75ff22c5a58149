import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useReducer, useRef, useState } from "react";
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
  const path = { key };
  const draft = await call.GET("/api/journeys/{key}/draft", { params: { path } });
  if (draft.data) {
    return { definition: draft.data.definition as unknown as Definition, revision: draft.data.revision };
  }
  if (!isProblem(draft.error) || draft.error.status !== 404) throw draft.error;
  const version = await call.GET("/api/journeys/{key}/definition", { params: { path } });
  if (!version.data) throw version.error;
  return { definition: version.data.definition as unknown as Definition, revision: 0 };
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
    if (present === kept.current.definition) return;
    setSaving((now) => (now === "changed" ? now : "waiting"));
    if (saving === "changed") return;
    const timer = setTimeout(() => void save(present), PAUSE);
    return () => clearTimeout(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- a change of `saving` alone is no reason to save again
  }, [present, save]);

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

  return {
    definition: present,
    revision,
    saving,
    failure,
    open,
    insist,
    saveNow: useCallback(() => save(present), [save, present]),
    change: useCallback((change: Change) => act({ act: "change", change }), []),
    undo: useCallback(() => act({ act: "undo" }), []),
    redo: useCallback(() => act({ act: "redo" }), []),
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
  };
}

export type Draft = ReturnType<typeof useDraft>;
