import { createContext, type ReactNode, useCallback, useContext, useLayoutEffect, useRef } from "react";
import type { Problem } from "../definition/types";
import type { Origin } from "./changes";
import type { Draft } from "./useDraft";
import type { Kinds } from "./useTypes";

/** What every part of the canvas's screen knows. */
export interface Editor {
  draft: Draft;
  kinds: Kinds;
  mayEdit: boolean;
  problems: Problem[];
  /** The steps, the entry or the notes that are chosen, by the ids of the canvas. */
  chosen: string[];
  choose: (ids: string[]) => void;
  /** Where the next step goes, when the reader pointed at a place. */
  place: Origin | undefined;
  pointAt: (place: Origin | undefined) => void;
}

const EditorContext = createContext<Editor | undefined>(undefined);
const AskingContext = createContext<(() => Editor) | undefined>(undefined);

/** Gives the screen its journey. */
export function EditorProvider({ editor, children }: { editor: Editor; children: ReactNode }) {
  const latest = useRef(editor);
  useLayoutEffect(() => {
    latest.current = editor;
  });
  const ask = useCallback(() => latest.current, []);
  return (
    <EditorContext value={editor}>
      <AskingContext value={ask}>{children}</AskingContext>
    </EditorContext>
  );
}

/** The journey on the screen. */
export function useEditor(): Editor {
  const editor = useContext(EditorContext);
  if (!editor) throw new Error("outside of a journey");
  return editor;
}

/** The journey as it is when asked, for what acts on it and shows nothing of it: a part of the canvas that only this
 * ties to the journey is not drawn again when the journey changes. */
export function useEditorLater(): () => Editor {
  const ask = useContext(AskingContext);
  if (!ask) throw new Error("outside of a journey");
  return ask;
}
