import type { Refusal } from "./mjml";
import type { Values } from "./showing";

/** What can be added to a message. */
export const BLOCKS = [
  "text",
  "button",
  "image",
  "divider",
  "spacer",
  "columns1",
  "columns2",
  "columns3",
] as const;
export type Block = (typeof BLOCKS)[number];

export type Deed = "undo" | "redo" | "remove" | "copy" | "up" | "down" | "write";
export type Format = "bold" | "italic" | "underline" | "unlink";

/** One line of the message's structure. */
export interface OutlineRow {
  id: string;
  tag: string;
  depth: number;
  text: string;
}

/** The chosen element: what is written in it, and what it has without that. */
export interface Selected {
  id: string;
  tag: string;
  attributes: Record<string, string>;
  inherited: Record<string, string>;
  content: string | null;
  /** Shown as itself; else it is a box that keeps its source. */
  drawn: boolean;
  may: Record<"write" | "remove" | "copy" | "up" | "down", boolean>;
}

/** What the app tells the frame in which the message is drawn. */
export type ToDesigner =
  | {
      kind: "open";
      source: string;
      direction: "rtl" | "ltr";
      language: string;
      values: Values;
      readOnly: boolean;
    }
  | { kind: "add"; block: Block; source: string }
  | { kind: "drag"; source: string | null }
  | { kind: "select"; id: string }
  | { kind: "set"; name: string; value: string }
  | { kind: "content"; value: string }
  | { kind: "format"; how: Format }
  | { kind: "link"; address: string }
  | { kind: "insert"; text: string }
  | { kind: "width"; pixels: number | null }
  | { kind: "do"; deed: Deed };

/** What the frame answers. */
export type FromDesigner =
  | { kind: "ready" }
  | { kind: "refused"; reason: Refusal | "changed"; line: number }
  | { kind: "changed"; source: string }
  | { kind: "picture" }
  | {
      kind: "state";
      outline: OutlineRow[];
      selected: Selected | null;
      writing: boolean;
      undo: boolean;
      redo: boolean;
    };
