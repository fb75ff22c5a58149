import type { TFunction } from "i18next";
import type { Schema } from "~/api/client";
import type { Format } from "~/i18n/format";
import { waysOf, type NodeTypes } from "../definition/ways";
import type { Definition } from "../definition/types";
import type { Told } from "../geometry/drawing";
import { ENTRY } from "../geometry/layout";
import type { Overlay } from "../geometry/useDrawing";

export type Report = Schema<"CanvasReport">;
export type NodeNumbers = Schema<"CanvasNode">;
type Line = NonNullable<ReturnType<Overlay["lines"]["get"]>>;

/** The numbers of a report on the steps and lines of the canvas. */
export function overlayOf(
  report: Report,
  definition: Definition,
  types: NodeTypes,
  format: Format,
  t: TFunction<"journeys">,
): Overlay {
  const steps = new Map<string, Told>([
    [
      ENTRY,
      {
        numbers: [
          { text: format.compact(report.entered), label: t("numbers.entered") },
          { text: format.compact(report.goals), label: t("numbers.goals"), tone: "good" },
        ],
      },
    ],
  ]);
  for (const node of report.nodes) steps.set(node.node, toldOf(node, format, t));
  const lines = new Map<string, Line>();
  for (const [key, step] of Object.entries(definition.nodes)) {
    const gone = report.edges.filter(({ node }) => node === key);
    const all = gone.reduce((sum, { count }) => sum + count, 0);
    for (const way of waysOf(step, types)) {
      const count = gone.find(({ outcome }) => outcome === way.outcome)?.count ?? 0;
      lines.set(`${key}>${way.path}`, lineOf(count, all, report.entered, way.only, format));
    }
  }
  return { steps, lines, counted: true };
}

/** The steps and lines that one person went, in the order of the recorded steps. */
export function pathOf(
  steps: { node: string | null; came_from: string | null; outcome: string | null }[],
  definition: Definition,
  types: NodeTypes,
): Overlay {
  const been = new Set(steps.flatMap(({ node }) => (node ? [node] : [])));
  const last = steps.findLast(({ node }) => node)?.node;
  const told = new Map<string, Told>([[ENTRY, { played: "been" }]]);
  for (const key of Object.keys(definition.nodes)) {
    told.set(key, { played: key === last ? "now" : been.has(key) ? "been" : "not" });
  }
  const lines = new Map<string, Line>(been.size > 0 ? [[`${ENTRY}>`, { played: true }]] : []);
  for (const { node, came_from, outcome } of steps) {
    const from = came_from ? definition.nodes[came_from] : undefined;
    const way =
      from && waysOf(from, types).find((each) => each.outcome === outcome && (!node || each.target === node));
    if (way) lines.set(`${came_from}>${way.path}`, { played: true });
  }
  return { steps: told, lines, counted: false };
}

/** A stay in the words that fit on a step: the largest unit that it fills. */
export function sayStay(seconds: number, language: string): string {
  const [unit, size] = STAYS.find(([, length]) => seconds >= length) ?? (["second", 1] as const);
  const count = Math.round((seconds / size) * 10) / 10;
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit,
    unitDisplay: "short",
    maximumFractionDigits: 1,
  }).format(count);
}

const STAYS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

function toldOf(
  { entered, here, left, errors }: NodeNumbers,
  format: Format,
  t: TFunction<"journeys">,
): Told {
  const numbers: NonNullable<Told["numbers"]> = [
    { text: format.compact(entered), label: t("numbers.entered") },
    { text: format.compact(here), label: t("numbers.here") },
  ];
  if (errors > 0) numbers.push({ text: format.compact(errors), label: t("numbers.errors"), tone: "bad" });
  return { numbers, ...(entered > 0 && left > 0 && { dropped: left / entered }) };
}

function lineOf(count: number, all: number, entered: number, only: boolean, format: Format): Line {
  const share = all > 0 ? count / all : 0;
  const text =
    only || all === 0 ? format.compact(count) : `${format.compact(count)} (${format.percent(share)})`;
  return { text, share: entered > 0 ? Math.min(1, count / entered) : 0 };
}
