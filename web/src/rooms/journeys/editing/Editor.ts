import { createContext, useContext } from "react";
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

export const EditorContext = createContext<Editor | undefined>(undefined);

/** The journey on the screen. */
export function useEditor(): Editor {
  const editor = useContext(EditorContext);
  if (!editor) throw new Error("outside of a journey");
  return editor;
}
