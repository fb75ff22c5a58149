import dagre from "@dagrejs/dagre";
import type { Definition, Point } from "../definition/types";
import { type NodeTypes, startOf, type Way, waysOf } from "../definition/ways";

export const ENTRY = "@entry";
export const STEP = { width: 228, height: 72 };
/** A step with a line of numbers under it. */
export const COUNTED = { width: 228, height: 104 };
export const END = { width: 28, height: 28 };
const BETWEEN = { ranks: 84, nodes: 30 };
/** The points of a line between neighbouring ranks; more, and it passes others. */
const LONG = 3;

/** A line on the canvas: a way of a step, or of the entry, to a step or to an open end. */
export interface Line {
  id: string;
  from: string;
  /** The handle of its beginning: the way's path. */
  path: string;
  to: string;
  way: Way | undefined;
}

/** What is to be drawn, before anybody says where. */
export interface Graph {
  steps: string[];
  lines: Line[];
  /** Open ends by their id: the step and the way at which the journey ends. */
  ends: Record<string, { step: string; path: string }>;
  /** The ways of each step that are drawn: all, but ways for errors only when they lead somewhere. */
  ways: Record<string, Way[]>;
}

/** The lines, ends and ways of a journey. */
export function graphOf(definition: Definition, types: NodeTypes, openEnds: boolean): Graph {
  const graph: Graph = { steps: Object.keys(definition.nodes), lines: [], ends: {}, ways: {} };
  const start = startOf(definition);
  const known = (key: string | undefined) => key !== undefined && key in definition.nodes;
  if (start !== undefined && known(start)) {
    graph.lines.push({ id: `${ENTRY}>`, from: ENTRY, path: "start", to: start, way: undefined });
  } else if (openEnds) {
    graph.ends[`${ENTRY}>`] = { step: ENTRY, path: "start" };
    graph.lines.push({ id: `${ENTRY}>`, from: ENTRY, path: "start", to: `${ENTRY}>`, way: undefined });
  }
  for (const [key, step] of Object.entries(definition.nodes)) {
    const ways = waysOf(step, types).filter((way) => !way.error || known(way.target));
    graph.ways[key] = ways;
    for (const way of ways) {
      const id = `${key}>${way.path}`;
      if (way.target !== undefined && known(way.target)) {
        graph.lines.push({ id, from: key, path: way.path, to: way.target, way });
      } else if (openEnds) {
        graph.ends[id] = { step: key, path: way.path };
        graph.lines.push({ id, from: key, path: way.path, to: id, way });
      }
    }
  }
  return graph;
}

type Drawing = InstanceType<typeof dagre.graphlib.Graph>;

/** Where everything lies. */
export interface Laid {
  places: Map<string, Point>;
  /** The ways of each step from left to right, as their targets lie: then their lines do not cross. */
  ways: Map<string, Way[]>;
  /** Where a line that passes other steps runs down between them. */
  lanes: Map<string, number>;
}

/** Lays everything out from top to bottom; what was moved by hand lies where it was put. */
export function layOut(graph: Graph, moves: Record<string, Point> | undefined, size: typeof STEP): Laid {
  const drawing = new dagre.graphlib.Graph({ multigraph: true });
  drawing.setGraph({ rankdir: "TB", ranksep: BETWEEN.ranks, nodesep: BETWEEN.nodes });
  drawing.setDefaultEdgeLabel(() => ({}));
  drawing.setNode(ENTRY, { ...size });
  for (const key of graph.steps) drawing.setNode(key, { ...size });
  for (const id of Object.keys(graph.ends)) drawing.setNode(id, { ...END });
  for (const { id, from, to } of graph.lines) drawing.setEdge(from, to, {}, id);
  dagre.layout(drawing);
  const places = new Map<string, Point>();
  for (const id of drawing.nodes()) {
    const { x, y, width, height } = drawing.node(id);
    places.set(id, { x: Math.round(x - width / 2), y: Math.round(y - height / 2) });
  }
  const moved = new Map(Object.entries(moves ?? {}).filter(([key]) => places.has(key)));
  for (const [key, place] of moved) places.set(key, place);
  const ways = inOrder(graph, places);
  followMoved(graph, places, moved, ways, size);
  return { places, ways, lanes: lanesOf(drawing, graph, moved) };
}

/** Where on the lower edge of a step the way begins. */
export function handleAt(index: number, count: number): number {
  return (STEP.width * (index + 1)) / (count + 1);
}

function inOrder(graph: Graph, places: Map<string, Point>): Map<string, Way[]> {
  const targets = new Map(graph.lines.map(({ id, to }) => [id, places.get(to)?.x ?? 0]));
  const across = (key: string, { path }: Way) => targets.get(`${key}>${path}`) ?? 0;
  return new Map(
    Object.entries(graph.ways).map(([key, ways]) => [
      key,
      ways.toSorted((one, other) => across(key, one) - across(key, other)),
    ]),
  );
}

function lanesOf(drawing: Drawing, graph: Graph, moved: Map<string, Point>): Map<string, number> {
  const lanes = new Map<string, number>();
  for (const { id, from, to } of graph.lines) {
    const points = (drawing.edge(from, to, id) as { points?: Point[] } | undefined)?.points ?? [];
    const middle = points[Math.floor(points.length / 2)];
    if (middle && points.length > LONG && !moved.has(from) && !moved.has(to))
      lanes.set(id, Math.round(middle.x));
  }
  return lanes;
}

/** An open end hangs below its step, wherever that was put. */
function followMoved(
  graph: Graph,
  places: Map<string, Point>,
  moved: Map<string, Point>,
  ordered: Map<string, Way[]>,
  size: typeof STEP,
): void {
  for (const [id, { step, path }] of Object.entries(graph.ends)) {
    const place = moved.get(step);
    const ways = ordered.get(step);
    if (!place || !ways) continue;
    const at = handleAt(
      ways.findIndex((way) => way.path === path),
      ways.length,
    );
    places.set(id, { x: place.x + at - END.width / 2, y: place.y + size.height + BETWEEN.ranks });
  }
}
