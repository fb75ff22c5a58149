import { getSmoothStepPath, Position } from "@xyflow/react";
import type { Point } from "../definition/types";

const TURN = 26;
const CORNER = 10;
/** What is this little beside is below. */
const STRAIGHT = 2;

/** A line on the canvas, and where what is said of it stands. */
export interface Route {
  path: string;
  label: Point;
}

/** From a step down to another: across right below the first, then straight down; a long one keeps to its lane. */
export function routeOf(from: Point, to: Point, lane: number | undefined, named: boolean): Route {
  if (to.y < from.y + 2 * TURN) return aroundThe(from, to);
  const down = lane ?? to.x;
  if (Math.abs(from.x - down) < STRAIGHT && lane === undefined) {
    return { path: `M ${from.x} ${from.y} L ${to.x} ${to.y}`, label: { x: to.x, y: (from.y + to.y) / 2 } };
  }
  const corners: Point[] = [from, { x: from.x, y: from.y + TURN }, { x: down, y: from.y + TURN }];
  if (lane !== undefined) corners.push({ x: lane, y: to.y - TURN }, { x: to.x, y: to.y - TURN });
  const label = named ? { x: down, y: from.y + TURN + 24 } : { x: from.x, y: from.y + TURN / 2 };
  return { path: rounded([...corners, to]), label };
}

/** Back up, or beside: the library's own way around. */
function aroundThe(from: Point, to: Point): Route {
  const [path, x, y] = getSmoothStepPath({
    sourceX: from.x,
    sourceY: from.y,
    sourcePosition: Position.Bottom,
    targetX: to.x,
    targetY: to.y,
    targetPosition: Position.Top,
    borderRadius: CORNER,
  });
  return { path, label: { x, y } };
}

function rounded(points: Point[]): string {
  const bends = points.filter(({ x, y }, at) => {
    const before = points[at - 1];
    return !before || Math.abs(x - before.x) + Math.abs(y - before.y) > 0.5;
  });
  const parts = bends.map((point, at) => {
    const [before, after] = [bends[at - 1], bends[at + 1]];
    if (!before) return `M ${point.x} ${point.y}`;
    if (!after) return `L ${point.x} ${point.y}`;
    const radius = Math.min(CORNER, half(before, point), half(point, after));
    const [into, out] = [towards(point, before, radius), towards(point, after, radius)];
    return `L ${into.x} ${into.y} Q ${point.x} ${point.y} ${out.x} ${out.y}`;
  });
  return parts.join(" ");
}

function half(one: Point, other: Point): number {
  return (Math.abs(one.x - other.x) + Math.abs(one.y - other.y)) / 2;
}

function towards(from: Point, to: Point, by: number): Point {
  return { x: from.x + Math.sign(to.x - from.x) * by, y: from.y + Math.sign(to.y - from.y) * by };
}
