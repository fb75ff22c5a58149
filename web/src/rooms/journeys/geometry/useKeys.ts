import { type KeyboardEvent, useEffect } from "react";
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
  useClipboard(editor, drawing);
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
  return { onKeyDown };
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
      const letter = letterOf(event);
      const saving = letter === "s";
      const deed = saving ? () => void draft.saveNow() : deeds[letter];
      if (!deed || (!saving && isTyping(event.target))) return;
      event.preventDefault();
      deed();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [draft, mayEdit, choose]);
}

/** The letter of a key, also where the keyboard writes another script: there Ctrl with ז is Ctrl with Z. */
export function letterOf({ key, code }: Pick<globalThis.KeyboardEvent, "key" | "code">): string {
  return /^[a-z]$/i.test(key) ? key : code.replace(/^Key/, "").toLowerCase();
}

/** What is chosen is copied and cut, and pasted here or in another journey. A browser tells of it where text is marked,
 * which is nowhere on the canvas: so the whole page listens, and leaves marked text and fields alone. */
function useClipboard(editor: Editor, { places }: Drawing) {
  useEffect(() => {
    const copy = (event: ClipboardEvent) => {
      const { draft, chosen, mayEdit } = editor;
      if (chosen.length === 0 || isTyping(event.target) || document.getSelection()?.isCollapsed === false)
        return;
      const clipping = clip(draft.definition, chosen, Object.fromEntries(places));
      event.clipboardData?.setData("text/plain", JSON.stringify(clipping));
      event.preventDefault();
      if (event.type === "cut" && mayEdit) removeChosen(editor, chosen);
    };
    const paste = (event: ClipboardEvent) => {
      const { draft, chosen, choose, mayEdit } = editor;
      if (!mayEdit || isTyping(event.target)) return;
      const clipping = readClipping(event.clipboardData?.getData("text/plain") ?? "");
      if (!clipping) return;
      event.preventDefault();
      const after = placeAfter(editor, chosen[0]);
      const names = [...namesOfPasted(draft.definition, clipping).values()];
      draft.change({ do: "paste", clipping, by: AWAY, ...(after && { after }) });
      choose(names);
    };
    const deeds = { copy, cut: copy, paste };
    for (const [name, deed] of Object.entries(deeds)) document.addEventListener(name as "copy", deed);
    return () => {
      for (const [name, deed] of Object.entries(deeds)) document.removeEventListener(name as "copy", deed);
    };
  }, [editor, places]);
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
