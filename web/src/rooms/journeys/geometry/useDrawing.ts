import { replaceEqualDeep } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useEditor } from "../editing/Editor";
import { useLanguage, useNaming } from "../editing/useTypes";
import type { NodeType, Step } from "../definition/types";
import { inWords, type Naming, summaryOf } from "../definition/summary";
import {
  type Drawn,
  type DrawnEdge,
  END_HANDLES,
  type EndNode,
  type EntryNode,
  entryHandles,
  handlesOf,
  type NoteNode,
  type StepNode,
  type Told,
} from "./drawing";
import { COUNTED, END, ENTRY, type Graph, graphOf, type Laid, layOut, STEP } from "./layout";
import { originOf, samePlace } from "./parts";

/** What is shown over the journey: numbers, or a play. */
export interface Overlay {
  steps: ReadonlyMap<string, Told>;
  lines: ReadonlyMap<string, NonNullable<DrawnEdge["data"]>["told"]>;
  /** Whether steps need room for numbers. */
  counted: boolean;
}

export const NO_OVERLAY: Overlay = { steps: new Map(), lines: new Map(), counted: false };

/** The journey as nodes and lines of the canvas. Whatever says the same as before is the same object as before: it is
 * laid out again only when steps or ways change, and the canvas draws again only what changed. */
export function useDrawing(overlay: Overlay) {
  const { draft, kinds, mayEdit } = useEditor();
  const { definition } = draft;
  const size = overlay.counted ? COUNTED : STEP;
  const graph = useKept(
    useMemo(() => graphOf(definition, kinds.types, mayEdit), [definition, kinds.types, mayEdit]),
  );
  const moves = useKept(definition.layout?.nodes);
  const laid = useMemo(() => layOut(graph, moves, size), [graph, moves, size]);
  const nodes = useNodes(graph, laid, overlay);
  const edges = useEdges(graph, laid, overlay);
  return { nodes, edges, graph, places: laid.places, lanes: laid.lanes };
}

/** What it was before while it says the same, and so of each of its parts. */
function useKept<Value>(value: Value): Value {
  const [kept, keep] = useState(value);
  const next = replaceEqualDeep(kept, value);
  if (next !== kept) keep(next);
  return next;
}

function useNodes(graph: Graph, laid: Laid, overlay: Overlay): Drawn[] {
  const { t } = useTranslation("journeys");
  const { draft, place } = useEditor();
  const faces = useFaces(laid, overlay);
  const { places } = laid;
  const size = overlay.counted ? COUNTED : STEP;
  const written = draft.definition.layout?.notes;
  const nodes = useMemo(() => {
    const at = (id: string) => places.get(id) ?? { x: 0, y: 0 };
    const kind = { domAttributes: { "aria-roledescription": t("canvas.step") } };
    const steps = faces.map((face) => ({ ...face, ...kind, position: at(face.id), ...size, measured: size }));
    const ends = Object.entries(graph.ends).map(([id, { step, path }]): EndNode => ({
      id,
      type: "end",
      position: at(id),
      data: { step, path, pointedAt: samePlace(place, originOf({ from: step, path })) },
      ...END,
      measured: END,
      handles: END_HANDLES,
      selectable: false,
      draggable: false,
      focusable: false,
    }));
    const notes = (written ?? []).map(({ text, x, y, width, height }, index): NoteNode => ({
      id: `@note:${index}`,
      type: "note",
      position: { x, y },
      data: { at: index, text },
      width,
      height,
      measured: { width, height },
      handles: [],
      zIndex: -1,
      ariaLabel: text,
      domAttributes: { "aria-roledescription": t("panel.note") },
    }));
    return [...notes, ...steps, ...ends] as Drawn[];
  }, [faces, places, graph, size, written, place, t]);
  return useKept(nodes);
}

function useEdges(graph: Graph, { lanes }: Laid, overlay: Overlay): DrawnEdge[] {
  const { t } = useTranslation("journeys");
  const { mayEdit, place } = useEditor();
  const language = useLanguage();
  const edges = useMemo(
    () =>
      graph.lines.map(({ id, from, path, to, way }): DrawnEdge => ({
        id,
        type: "way",
        source: from,
        sourceHandle: path,
        target: to,
        data: {
          label: way && !way.only ? way.label[language] : "",
          from,
          path,
          insertable: mayEdit && !(to in graph.ends),
          pointedAt: samePlace(place, originOf({ from, path })),
          error: way?.error ?? false,
          lane: lanes.get(id),
          told: overlay.lines.get(id),
        },
        ariaLabel: way?.label[language] ?? t("canvas.begins"),
        domAttributes: { "aria-roledescription": t("canvas.way") },
        focusable: false,
        selectable: false,
      })),
    [graph, lanes, language, overlay.lines, mayEdit, place, t],
  );
  return useKept(edges);
}

type Face = Omit<StepNode, "position"> | Omit<EntryNode, "position">;

/** What stands on each step and on the entry, without where they lie. */
function useFaces({ ways: ordered }: Laid, overlay: Overlay): Face[] {
  const entry = useEntryFace(overlay);
  const { draft, kinds, problems } = useEditor();
  const { nodes } = draft.definition;
  const naming = useNaming();
  return useMemo(() => {
    const { height } = overlay.counted ? COUNTED : STEP;
    const wrong = countWrong(problems);
    const steps = Object.entries(nodes).map(([key, step]): Omit<StepNode, "position"> => {
      const ways = ordered.get(key) ?? [];
      const face = faceOf(step, kinds.types.get(step.type), naming);
      return {
        id: key,
        type: "step",
        data: { ...face, problems: wrong.get(key) ?? 0, ways, told: overlay.steps.get(key) },
        handles: handlesOf(ways, height),
        ariaLabel: [face.title, face.summary].filter(Boolean).join(": "),
      };
    });
    return [entry, ...steps];
  }, [entry, nodes, kinds, ordered, problems, naming, overlay]);
}

function faceOf(step: Step, type: NodeType | undefined, naming: Naming) {
  return {
    title: type?.name[naming.language] ?? step.type,
    summary: summaryOf(step, type?.fields ?? [], naming),
    icon: type?.icon ?? "",
    category: type?.category ?? "",
  };
}

function useEntryFace(overlay: Overlay): Omit<EntryNode, "position"> {
  const { t } = useTranslation("journeys");
  const { draft, kinds, problems } = useEditor();
  const { entry, name } = draft.definition;
  const naming = useNaming();
  const told = overlay.steps.get(ENTRY);
  return useMemo(() => {
    const { language } = naming;
    const kind = kinds.entries.find(({ key }) => key in entry);
    const said = summaryOf(entry, kind?.fields ?? [], naming) || inWords(name, language);
    return {
      id: ENTRY,
      type: "entry",
      data: {
        title: kind ? t("canvas.entry", { kind: kind.name[language] }) : t("canvas.noEntry"),
        summary: entry.rule ? t("canvas.withRule", { said }) : said,
        icon: kind?.icon ?? "bolt",
        problems: countWrong(problems).get(ENTRY) ?? 0,
        told,
      },
      handles: entryHandles(overlay.counted ? COUNTED.height : STEP.height),
      ariaLabel: t("canvas.entryNode"),
    };
  }, [entry, name, kinds, problems, naming, told, overlay.counted, t]);
}

/** How many mistakes are at each step; those of the journey itself are at its entry. */
function countWrong(problems: { node: string | null }[]): Map<string, number> {
  const counted = new Map<string, number>();
  for (const { node } of problems) counted.set(node ?? ENTRY, (counted.get(node ?? ENTRY) ?? 0) + 1);
  return counted;
}
