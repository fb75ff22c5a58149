import type { Edge, Node, NodeHandle } from "@xyflow/react";
import { Position } from "@xyflow/react";
import type { Definition, Point } from "../definition/types";
import type { Way } from "../definition/ways";
import { END, ENTRY, type Graph, handleAt, STEP } from "./layout";

/** What a step shows beside its own words: numbers, or whether a play has been there. */
export interface Told {
  /** Numbers under the step, each with what it counts. */
  numbers?: { text: string; label: string; tone?: "bad" | "good" }[];
  /** The share of those who entered and left the journey here. */
  dropped?: number;
  /** Whether a play is here now, was here, or was not. */
  played?: "now" | "been" | "not";
}

export type StepNode = Node<
  {
    title: string;
    summary: string;
    icon: string;
    category: string;
    problems: number;
    ways: Way[];
    told: Told | undefined;
  },
  "step"
>;
export type EntryNode = Node<
  { title: string; summary: string; icon: string; problems: number; told: Told | undefined },
  "entry"
>;
export type EndNode = Node<{ step: string; path: string; pointedAt: boolean }, "end">;
export type NoteNode = Node<{ at: number; text: string }, "note">;
export type Drawn = StepNode | EntryNode | EndNode | NoteNode;
export type DrawnEdge = Edge<
  {
    label: string;
    from: string;
    path: string;
    /** Whether a step can be put on it, and whether the reader points at it for that. */
    insertable: boolean;
    pointedAt: boolean;
    error: boolean;
    lane: number | undefined;
    told: { text?: string; share?: number; played?: boolean } | undefined;
  },
  "way"
>;

// The library knows a handle without a name again by null.
const UPPER = { id: null, width: 1, height: 1, type: "target", position: Position.Top } as const;
const LOWER = { width: 1, height: 1, type: "source", position: Position.Bottom } as const;

/** The handles of a step, computed where they are drawn: the canvas then has nothing to measure. A handle of width 1 has
 * its middle half of that further. */
export function handlesOf(ways: Way[], height: number): NodeHandle[] {
  return [
    { ...UPPER, x: STEP.width / 2 - 0.5, y: 0 },
    ...ways.map((way, at) => ({ ...LOWER, id: way.path, x: handleAt(at, ways.length) - 0.5, y: height })),
  ];
}

/** The handle of the entry, and those of an open end. */
export function entryHandles(height: number): NodeHandle[] {
  return [{ ...LOWER, id: "start", x: STEP.width / 2 - 0.5, y: height }];
}

export const END_HANDLES: NodeHandle[] = [{ ...UPPER, x: END.width / 2 - 0.5, y: 0 }];

/** The step to which an arrow key leads: below, above, or beside. */
export function neighbour(
  key: string,
  from: string,
  graph: Graph,
  places: Map<string, Point>,
): string | undefined {
  if (key === "ArrowDown")
    return graph.lines.find((line) => line.from === from && !(line.to in graph.ends))?.to;
  if (key === "ArrowUp") return graph.lines.find((line) => line.to === from)?.from;
  const here = places.get(from);
  if (!here) return undefined;
  // The geometry is the same in both directions of writing: the arrow to the right goes right.
  const sideways = key === "ArrowRight" ? 1 : -1;
  const beside = [...places]
    .filter(
      ([id, { x, y }]) =>
        id !== from && !(id in graph.ends) && Math.abs(y - here.y) < 60 && (x - here.x) * sideways > 0,
    )
    .sort(([, one], [, other]) => Math.abs(one.x - here.x) - Math.abs(other.x - here.x));
  return beside[0]?.[0];
}

/** Whether something on the canvas is a step. */
export function isStep(definition: Definition, id: string): boolean {
  return id !== ENTRY && id in definition.nodes;
}
