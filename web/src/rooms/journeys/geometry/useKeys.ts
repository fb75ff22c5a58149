import { type ClipboardEvent, type KeyboardEvent, useEffect } from "react";
import { useReactFlow } from "@xyflow/react";
import { clip, namesOfPasted, readClipping } from "../editing/changes";
import { type Editor, useEditor } from "../editing/Editor";
import type { Point } from "../definition/types";
import { isStep, neighbour } from "./drawing";
import { placeAfter } from "./insertion";
import { ENTRY, type Graph } from "./layout";

const DEEDS: Record<string, "go" | "open" | "remove" | "leave"> = {
  ArrowUp: "go",
  ArrowDown: "go",
  ArrowLeft: "go",
  ArrowRight: "go",
  Enter: "open",
  Delete: "remove",
  Backspace: "remove",
  Escape: "leave",
};
const AWAY = { x: 40, y: 40 };

interface Drawing {
  graph: Graph;
  places: Map<string, Point>;
}

/** The canvas by keyboard: arrows along the ways, Enter opens, Delete removes, Ctrl with Z, Y, S, A, C, X and V. */
export function useKeys(drawing: Drawing, onOpen: () => void) {
  const editor = useEditor();
  const focus = useFocusing();
  useShortcuts(editor);
  const go = (to: string | undefined) => {
    if (!to) return;
    editor.choose([to]);
    focus(to);
  };
  const open = (at: string) => {
    editor.choose([at]);
    onOpen();
  };
  const remove = (at: string) => {
    if (!editor.mayEdit) return;
    const next = neighbour("ArrowUp", at, drawing.graph, drawing.places) ?? ENTRY;
    removeChosen(editor, editor.chosen.includes(at) ? editor.chosen : [at]);
    focus(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = idAt(event.target);
    if (at === undefined || isTyping(event.target) || event.ctrlKey || event.metaKey) return;
    const deed = DEEDS[event.key];
    if (!deed) return;
    event.preventDefault();
    if (deed === "go") go(neighbour(event.key, at, drawing.graph, drawing.places));
    if (deed === "open") open(at);
    if (deed === "remove") remove(at);
    if (deed === "leave") editor.choose([]);
  };
  const onCopy = (event: ClipboardEvent) => {
    if (isTyping(event.target) || editor.chosen.length === 0) return;
    const places = Object.fromEntries(drawing.places);
    event.clipboardData.setData(
      "text/plain",
      JSON.stringify(clip(editor.draft.definition, editor.chosen, places)),
    );
    event.preventDefault();
    if (event.type === "cut" && editor.mayEdit) removeChosen(editor, editor.chosen);
  };
  return { onKeyDown, onCopy, onCut: onCopy };
}

/** Removes what is chosen: steps and notes; the entry stays. */
export function removeChosen({ draft, choose }: Editor, chosen: string[]): void {
  const notes = chosen.filter((id) => id.startsWith("@note:")).map((id) => Number(id.slice(6)));
  for (const at of notes.sort((one, other) => other - one)) draft.change({ do: "note", at, note: undefined });
  const keys = chosen.filter((id) => isStep(draft.definition, id));
  if (keys.length > 0) draft.change({ do: "remove", keys });
  choose([]);
}

function useShortcuts(editor: Editor) {
  const { draft, mayEdit, choose } = editor;
  useEffect(() => {
    if (!mayEdit) return;
    const deeds: Record<string, () => void> = {
      z: draft.undo,
      y: draft.redo,
      Z: draft.redo,
      a: () => choose(Object.keys(draft.definition.nodes)),
    };
    const press = (event: globalThis.KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      const saving = event.key === "s";
      const deed = saving ? () => void draft.saveNow() : deeds[event.key];
      if (!deed || (!saving && isTyping(event.target))) return;
      event.preventDefault();
      deed();
    };
    const paste = (event: globalThis.ClipboardEvent) => {
      if (isTyping(event.target)) return;
      const clipping = readClipping(event.clipboardData?.getData("text/plain") ?? "");
      if (!clipping) return;
      event.preventDefault();
      const after = placeAfter(editor, editor.chosen[0]);
      const names = [...namesOfPasted(draft.definition, clipping).values()];
      draft.change({ do: "paste", clipping, by: AWAY, ...(after && { after }) });
      choose(names);
    };
    document.addEventListener("keydown", press);
    document.addEventListener("paste", paste);
    return () => {
      document.removeEventListener("keydown", press);
      document.removeEventListener("paste", paste);
    };
  }, [editor, draft, mayEdit, choose]);
}

/** Gives the focus to a step, once it is drawn. */
function useFocusing() {
  const { fitView, getNode } = useReactFlow();
  return (id: string) => {
    const give = () => elementOf(id)?.focus({ preventScroll: true });
    requestAnimationFrame(() => {
      if (elementOf(id)) give();
      else if (getNode(id))
        void fitView({ nodes: [{ id }], maxZoom: 1 }).then(() => requestAnimationFrame(give));
    });
  };
}

function elementOf(id: string): HTMLElement | null {
  return document.querySelector(`.react-flow__node[data-id="${CSS.escape(id)}"]`);
}

function idAt(target: EventTarget): string | undefined {
  return target instanceof Element ? target.closest<HTMLElement>(".react-flow__node")?.dataset.id : undefined;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest("input, textarea, select, [contenteditable=true]") !== null
  );
}
