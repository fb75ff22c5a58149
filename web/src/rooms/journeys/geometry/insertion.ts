import { type DragEvent, useCallback } from "react";
import { freshKey } from "../definition/fresh";
import type { Point } from "../definition/types";
import { waysOf } from "../definition/ways";
import type { Origin } from "../editing/changes";
import { type Editor, useEditorLater } from "../editing/Editor";
import { ENTRY } from "./layout";

/** What a kind of step travels as while it is dragged from the palette. */
export const DRAGGED = "application/x-kesher-step";

/** Puts a step of a kind somewhere: at the place pointed at, else after the chosen step, else at the first open end. */
export function useAdding() {
  const ask = useEditorLater();
  return useCallback(
    (typeKey: string, where?: Origin | Point) => {
      const editor = ask();
      const { draft, kinds, chosen, place, choose } = editor;
      const type = kinds.types.get(typeKey);
      if (!type) return;
      const key = freshKey(typeKey, Object.keys(draft.definition.nodes));
      const free = where !== undefined && where !== "entry" && "x" in where;
      const after = free
        ? undefined
        : ((where as Origin | undefined) ?? place ?? placeAfter(editor, chosen[0]));
      draft.change({
        do: "add",
        key,
        type,
        ...(after && { after }),
        ...(free && { at: { x: Math.round(where.x), y: Math.round(where.y) } }),
      });
      choose([key]);
    },
    [ask],
  );
}

/** Where a step goes that is added while this one is chosen; without one, at the first open end. */
export function placeAfter({ draft, kinds }: Editor, chosen: string | undefined): Origin | undefined {
  const { definition } = draft;
  if (chosen === ENTRY) return "entry";
  const step = chosen === undefined ? undefined : definition.nodes[chosen];
  if (chosen !== undefined && step) {
    const way = waysOf(step, kinds.types).find(({ error }) => !error);
    return way && { step: chosen, path: way.path };
  }
  if (Object.keys(definition.nodes).length === 0) return "entry";
  for (const [key, each] of Object.entries(definition.nodes)) {
    const open = waysOf(each, kinds.types).find((way) => !way.error && way.target === undefined);
    if (open) return { step: key, path: open.path };
  }
  return undefined;
}

/** What makes an element take a step that is dropped on it. */
export function useInsertion(origin: Origin) {
  const add = useAdding();
  return {
    onDragOver: (event: DragEvent) => {
      if (event.dataTransfer.types.includes(DRAGGED)) event.preventDefault();
    },
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      event.stopPropagation();
      add(event.dataTransfer.getData(DRAGGED), origin);
    },
  };
}
