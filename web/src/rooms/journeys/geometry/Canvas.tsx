import "@xyflow/react/dist/base.css";
import {
  Background,
  type Connection,
  Controls,
  type FinalConnectionState,
  MiniMap,
  type NodeChange,
  ReactFlow,
  type ReactFlowInstance,
  ReactFlowProvider,
  useReactFlow,
} from "@xyflow/react";
import { useMantineColorScheme } from "@mantine/core";
import { useReducedMotion } from "@mantine/hooks";
import {
  type DragEvent,
  type MouseEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useMemo,
  useState,
} from "react";
import { useTranslation } from "react-i18next";
import { useEditor, useEditorLater } from "../editing/Editor";
import type { Point } from "../definition/types";
import classes from "./canvas.module.css";
import { type Drawn, type DrawnEdge, isStep } from "./drawing";
import { DRAGGED, useAdding } from "./insertion";
import { ENTRY, STEP } from "./layout";
import { EndPart, EntryPart, NotePart, originOf, StepPart, WayPart } from "./parts";
import { type Overlay, useDrawing } from "./useDrawing";
import { useKeys } from "./useKeys";

const NODE_PARTS = { step: StepPart, entry: EntryPart, end: EndPart, note: NotePart };
const LINE_PARTS = { way: WayPart };
const NOTES = "@note:";
const MINIMAP_FROM = 25;
const SMALLEST_READABLE = 0.6;
const MARGIN = 56;
/** More than the edge within which the view moves along while a line is drawn: the first steps can be drawn to. */
const ABOVE = 48;
const NOWHERE = { clientX: -1, clientY: -1 };
/** Room for what is said of a line that runs at the edge. */
const LABEL = 70;

/** The canvas: what the journey does, from top to bottom, whichever way the reader's language runs. */
export function Canvas({
  overlay,
  children,
  onOpen,
}: {
  overlay: Overlay;
  children?: ReactNode;
  onOpen: () => void;
}) {
  return (
    <ReactFlowProvider>
      <Flow overlay={overlay} onOpen={onOpen}>
        {children}
      </Flow>
    </ReactFlowProvider>
  );
}

function Flow({ overlay, children, onOpen }: { overlay: Overlay; children?: ReactNode; onOpen: () => void }) {
  const { t } = useTranslation("journeys");
  const { colorScheme } = useMantineColorScheme();
  const { draft, mayEdit, chosen } = useEditor();
  const drawing = useDrawing(overlay);
  const { nodes, follow } = useMoving(drawing.nodes);
  const chooseOne = useChoosingOne();
  const { connect, letGo, dropOnPane } = useConnecting();
  const keys = useKeys(drawing, onOpen);
  useShowChosen(drawing.places);
  const allowed = useCallback((connection: Connection | DrawnEdge) => connection.target !== ENTRY, []);
  return (
    <div className={classes.canvas} dir="ltr" role="region" aria-label={t("canvas.label")} {...keys}>
      <ReactFlow<Drawn, DrawnEdge>
        nodes={nodes}
        edges={drawing.edges}
        nodeTypes={NODE_PARTS}
        edgeTypes={LINE_PARTS}
        colorMode={colorScheme === "auto" ? "system" : colorScheme}
        onNodesChange={follow}
        onConnect={connect}
        onConnectEnd={letGo}
        isValidConnection={allowed}
        onNodeClick={chooseOne}
        onNodeDoubleClick={onOpen}
        onDragOver={(event) => event.dataTransfer.types.includes(DRAGGED) && event.preventDefault()}
        onDrop={dropOnPane}
        nodesDraggable={mayEdit}
        nodesConnectable={mayEdit}
        onlyRenderVisibleElements
        disableKeyboardA11y
        deleteKeyCode={null}
        selectionKeyCode="Shift"
        multiSelectionKeyCode={["Control", "Meta"]}
        minZoom={0.1}
        maxZoom={1.75}
        onInit={(flow) => showBeginning(flow, drawing.lanes)}
        fitViewOptions={{ maxZoom: 1, padding: 0.1 }}
        proOptions={{ hideAttribution: true }}
        connectionRadius={30}
        aria-label={t("canvas.label")}
        ariaLabelConfig={useSaid()}
      >
        <Background gap={22} size={1.2} />
        <Controls showInteractive={false} position="bottom-left" />
        {Object.keys(draft.definition.nodes).length > MINIMAP_FROM && (
          <MiniMap pannable zoomable ariaLabel={null} />
        )}
      </ReactFlow>
      {children}
      <span className="visually-hidden" aria-live="polite">
        {chosen.length > 1 ? t("canvas.chosen", { count: chosen.length }) : ""}
      </span>
    </div>
  );
}

/** What the library says by itself, in the reader's language; how to use the keys is ours to say. */
function useSaid() {
  const { t } = useTranslation("journeys");
  return useMemo(
    () => ({
      "node.a11yDescription.default": "",
      "edge.a11yDescription.default": "",
      "controls.ariaLabel": t("canvas.view"),
      "controls.zoomIn.ariaLabel": t("canvas.zoomIn"),
      "controls.zoomOut.ariaLabel": t("canvas.zoomOut"),
      "controls.fitView.ariaLabel": t("canvas.fit"),
    }),
    [t],
  );
}

/** A journey is read from its beginning: its entry at the top, and as much of its width as stays readable. */
function showBeginning(flow: ReactFlowInstance<Drawn, DrawnEdge>, lanes: Map<string, number>): void {
  const frame = document.querySelector(".react-flow")?.getBoundingClientRect();
  const nodes = flow.getNodes();
  const entry = nodes.find(({ id }) => id === ENTRY);
  if (!frame || !entry) return;
  const bounds = flow.getNodesBounds(nodes);
  const x = Math.min(bounds.x, ...[...lanes.values()].map((lane) => lane - LABEL));
  const width = Math.max(bounds.x + bounds.width, ...[...lanes.values()].map((lane) => lane + LABEL)) - x;
  const zoom = Math.min(1, Math.max(SMALLEST_READABLE, (frame.width - MARGIN) / width));
  const middle = width * zoom > frame.width ? entry.position.x + STEP.width / 2 : x + width / 2;
  void flow.setViewport({ x: frame.width / 2 - middle * zoom, y: ABOVE - bounds.y * zoom, zoom });
}

/** Choosing and dragging: while something is dragged only its place changes; where it is let go is kept. */
function useMoving(drawn: Drawn[]) {
  const { draft, chosen, choose } = useEditor();
  const [dragged, setDragged] = useState<ReadonlyMap<string, Point>>(new Map());
  const nodes = useMemo(() => {
    const marked = new Set(chosen);
    return drawn.map((node) => {
      const position = dragged.get(node.id);
      const selected = marked.has(node.id);
      if (!position && !selected) return node;
      return { ...node, selected, ...(position && { position, dragging: true }) } as Drawn;
    });
  }, [drawn, chosen, dragged]);
  const follow = useCallback(
    (changes: NodeChange<Drawn>[]) => {
      const selected = changes.filter((change) => change.type === "select");
      if (selected.length > 0) {
        const marked = new Set(chosen);
        for (const change of selected) marked[change.selected ? "add" : "delete"](change.id);
        choose([...marked]);
      }
      const moves = changes.filter((change) => change.type === "position");
      if (moves.length === 0) return;
      const moving = new Map(dragged);
      for (const { id, position } of moves) if (position) moving.set(id, position);
      const released = moves.some(({ dragging }) => dragging === false);
      if (released) keepPlaces(draft, moving);
      setDragged(released ? new Map() : moving);
    },
    [dragged, chosen, choose, draft],
  );
  return { nodes, follow };
}

/** A plain click on one of several that are chosen chooses it alone; the library leaves them all chosen. */
function useChoosingOne() {
  const ask = useEditorLater();
  return useCallback(
    (event: MouseEvent, { id }: Drawn) => {
      const { chosen, choose } = ask();
      const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
      if (plain && chosen.length > 1 && chosen.includes(id)) choose([id]);
    },
    [ask],
  );
}

type Draft = ReturnType<typeof useEditor>["draft"];

function keepPlaces(draft: Draft, moved: ReadonlyMap<string, Point>) {
  const places: Record<string, Point> = {};
  for (const [id, { x, y }] of moved) {
    const place = { x: Math.round(x), y: Math.round(y) };
    const note = id.startsWith(NOTES)
      ? draft.definition.layout?.notes?.[Number(id.slice(NOTES.length))]
      : undefined;
    if (note) draft.change({ do: "note", at: Number(id.slice(NOTES.length)), note: { ...note, ...place } });
    if (isStep(draft.definition, id)) places[id] = place;
  }
  if (Object.keys(places).length > 0) draft.change({ do: "move", places });
}

function useConnecting() {
  const ask = useEditorLater();
  const add = useAdding();
  const { screenToFlowPosition } = useReactFlow();
  const connect = useCallback(
    ({ source, sourceHandle, target }: Connection) =>
      ask().draft.change({
        do: "connect",
        from: originOf({ from: source, path: sourceHandle ?? "" }),
        to: target,
      }),
    [ask],
  );
  /** A line that is let go anywhere on a step leads to that step, not only near its upper edge. */
  const letGo = useCallback(
    (event: globalThis.MouseEvent | TouchEvent, { isValid, fromHandle }: FinalConnectionState) => {
      const target = stepBelow(event);
      if (isValid || !fromHandle || target === undefined || target === fromHandle.nodeId) return;
      const { id: sourceHandle = null, nodeId: source } = fromHandle;
      connect({ source, sourceHandle, target, targetHandle: null });
    },
    [connect],
  );
  const dropOnPane = (event: DragEvent) => {
    const kind = event.dataTransfer.getData(DRAGGED);
    if (!kind) return;
    event.preventDefault();
    add(kind, screenToFlowPosition({ x: event.clientX, y: event.clientY }));
  };
  return { connect, letGo, dropOnPane };
}

/** The step at which a mouse or a finger is let go. */
function stepBelow(event: globalThis.MouseEvent | TouchEvent): string | undefined {
  const { clientX, clientY } = "changedTouches" in event ? (event.changedTouches[0] ?? NOWHERE) : event;
  const below = document.elementFromPoint(clientX, clientY)?.closest<HTMLElement>(".react-flow__node-step");
  return below?.dataset.id;
}

/** Brings the one chosen step into view when it lies outside. */
function useShowChosen(places: Map<string, Point>) {
  const { chosen } = useEditor();
  const { getViewport, setCenter } = useReactFlow();
  const still = useReducedMotion();
  const only = chosen.length === 1 ? chosen[0] : undefined;
  useEffect(() => {
    const place = only === undefined ? undefined : places.get(only);
    const frame = document.querySelector(".react-flow")?.getBoundingClientRect();
    if (!place || !frame) return;
    const { x, y, zoom } = getViewport();
    const [across, down] = [place.x * zoom + x, place.y * zoom + y];
    const inside =
      across > 0 &&
      down > 0 &&
      across + STEP.width * zoom < frame.width &&
      down + STEP.height * zoom < frame.height;
    const duration = still ? 0 : 200;
    if (!inside) void setCenter(place.x + STEP.width / 2, place.y + STEP.height / 2, { zoom, duration });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only choosing moves the view, not dragging
  }, [only]);
}
