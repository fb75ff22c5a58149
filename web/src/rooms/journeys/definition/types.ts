import type { Schema } from "~/api/client";

export type NodeType = Schema<"NodeTypeDetail">;
export type EntryKind = Schema<"EntryKindDetail">;
export type Field = Schema<"FieldDetail">;
export type JourneyForm = Schema<"JourneyFormDetail">;
export type Problem = Schema<"JourneyProblem">;
export type Json = Schema<"DraftDetail">["definition"][string];
export type JsonMap = Record<string, Json>;
export type Words = Schema<"BothTexts">;

/** One step as it is written: its type and the fields of that type. */
export type Step = JsonMap & { type: string };

export interface Point {
  x: number;
  y: number;
}

/** A note that lies on the canvas. */
export interface Note extends Point {
  text: string;
  width: number;
  height: number;
}

/** How the journey lies on the canvas; without a place, a step is laid out by itself. */
export interface Layout {
  nodes?: Record<string, Point>;
  notes?: Note[];
}

/** A journey as the API keeps it. What the canvas does not draw is carried along untouched. */
export interface Definition {
  journey: string;
  name: string | Partial<Words>;
  entry: JsonMap;
  reentry?: JsonMap | undefined;
  goal?: JsonMap | undefined;
  exit?: JsonMap[] | undefined;
  holdout?: string | undefined;
  priority?: number | undefined;
  start?: string;
  nodes: Record<string, Step>;
  layout?: Layout;
}
