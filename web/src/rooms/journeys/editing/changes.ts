import { freshKey, freshStep } from "../definition/fresh";
import { valueAt, without } from "../definition/paths";
import type { Definition, NodeType, Note, Point, Step } from "../definition/types";
import { type NodeTypes, startOf, waysOf, withoutTargets, withTarget } from "../definition/ways";

/** A place from which a way begins: a way of a step, or the entry of the journey. */
export type Origin = { step: string; path: string } | "entry";

/** Steps on their way to another place or another journey. */
export interface Clipping {
  kesher: "journey-steps";
  nodes: Record<string, Step>;
  places: Record<string, Point>;
}

/** Everything that can be done to a journey on the canvas. */
export type Change =
  | { do: "add"; key: string; type: NodeType; after?: Origin; at?: Point }
  | { do: "connect"; from: Origin; to: string | undefined }
  | { do: "remove"; keys: string[] }
  | { do: "move"; places: Record<string, Point> }
  | { do: "tidy" }
  | { do: "configure"; key: string; step: Step }
  | { do: "settings"; settings: Partial<Definition> }
  | { do: "paste"; clipping: Clipping; by: Point; after?: Origin }
  | { do: "note"; at: number; note: Note | undefined };

type Doing = {
  [Name in Change["do"]]: (
    definition: Definition,
    change: Extract<Change, { do: Name }>,
    types: NodeTypes,
  ) => Definition;
};

const DOING: Doing = {
  add,
  remove: (definition, { keys }, types) => remove(definition, new Set(keys), types),
  paste,
  connect: (definition, { from, to }) => connect(definition, from, to),
  move: (definition, { places }) => withPlaces(definition, { ...definition.layout?.nodes, ...places }),
  tidy: (definition) => (definition.layout?.nodes ? withPlaces(definition, undefined) : definition),
  configure: (definition, { key, step }) => ({ ...definition, nodes: { ...definition.nodes, [key]: step } }),
  settings: (definition, { settings }) => withoutEmpty({ ...definition, ...settings }),
  note: (definition, { at, note }) => withNote(definition, at, note),
};

/** The journey after a change; the same object when the change changes nothing. */
export function apply(definition: Definition, change: Change, types: NodeTypes): Definition {
  const doing = DOING[change.do] as (definition: Definition, change: Change, types: NodeTypes) => Definition;
  return doing(definition, change, types);
}

/** The steps of these keys, to be pasted elsewhere. */
export function clip(definition: Definition, keys: string[], places: Record<string, Point>): Clipping {
  const chosen = keys.filter((key) => key in definition.nodes);
  const of = <Value>(values: Record<string, Value>) =>
    Object.fromEntries(
      chosen.flatMap((key) => {
        const value = values[key];
        return value === undefined ? [] : [[key, value]];
      }),
    );
  return { kesher: "journey-steps", nodes: of(definition.nodes), places: of(places) };
}

/** The clipping in a text; undefined when the text is something else. */
export function readClipping(text: string): Clipping | undefined {
  try {
    const read = JSON.parse(text) as Partial<Clipping> | null;
    return read?.kesher === "journey-steps" && read.nodes && read.places ? (read as Clipping) : undefined;
  } catch {
    return undefined;
  }
}

/** The names under which a clipping's steps would stand in a journey. */
export function namesOfPasted(definition: Definition, clipping: Clipping): Map<string, string> {
  const taken = new Set(Object.keys(definition.nodes));
  const names = new Map<string, string>();
  for (const key of Object.keys(clipping.nodes)) {
    const name = freshKey(key, taken);
    taken.add(name);
    names.set(key, name);
  }
  return names;
}

type Adding = Extract<Change, { do: "add" }>;

function add(definition: Definition, { key, type, after, at }: Adding, types: NodeTypes): Definition {
  const next = after && targetOf(definition, after);
  const step = leadingOn(freshStep(type), next, types);
  const grown: Definition = { ...definition, nodes: { ...definition.nodes, [key]: step } };
  const placed = at ? withPlaces(grown, { ...grown.layout?.nodes, [key]: at }) : grown;
  if (after) return connect(placed, after, key);
  return startOf(definition) === undefined ? { ...placed, start: key } : placed;
}

/** A step put on an edge goes on, by its first way, to where the edge led. */
function leadingOn(step: Step, next: string | undefined, types: NodeTypes): Step {
  const [first] = waysOf(step, types);
  return next !== undefined && first ? withTarget(step, first.path, next) : step;
}

function targetOf(definition: Definition, from: Origin): string | undefined {
  if (from === "entry") return startOf(definition);
  const step = definition.nodes[from.step];
  const target = step && valueAt(step, from.path);
  return typeof target === "string" && target ? target : undefined;
}

function connect(definition: Definition, from: Origin, to: string | undefined): Definition {
  if (from === "entry") {
    return to === undefined ? without(definition, "start") : { ...definition, start: to };
  }
  const step = definition.nodes[from.step];
  if (!step) return definition;
  return { ...definition, nodes: { ...definition.nodes, [from.step]: withTarget(step, from.path, to) } };
}

/** Without some steps; whoever led to one of them now leads to where that one led by its first way. */
function remove(definition: Definition, keys: Set<string>, types: NodeTypes): Definition {
  if (![...keys].some((key) => key in definition.nodes)) return definition;
  const onto = (target: string) => survivor(definition, target, keys, types);
  const kept = Object.entries(definition.nodes).filter(([key]) => !keys.has(key));
  const nodes = Object.fromEntries(kept.map(([key, step]) => [key, withoutTargets(step, types, onto)]));
  const begin = startOf(definition);
  const start = begin === undefined ? undefined : onto(begin);
  const places = Object.entries(definition.layout?.nodes ?? {}).filter(([key]) => !keys.has(key));
  const smaller: Definition = {
    ...without(definition, "start"),
    nodes,
    ...(start !== undefined && { start }),
  };
  return definition.layout?.nodes ? withPlaces(smaller, Object.fromEntries(places)) : smaller;
}

function survivor(
  definition: Definition,
  key: string,
  gone: Set<string>,
  types: NodeTypes,
): string | undefined {
  const seen = new Set<string>();
  let at: string | undefined = key;
  while (at !== undefined && gone.has(at)) {
    if (seen.has(at)) return undefined;
    seen.add(at);
    const step: Step | undefined = definition.nodes[at];
    at = step && waysOf(step, types).find(({ error }) => !error)?.target;
  }
  return at;
}

type Pasting = Extract<Change, { do: "paste" }>;

function paste(definition: Definition, { clipping, by, after }: Pasting, types: NodeTypes): Definition {
  const names = namesOfPasted(definition, clipping);
  const nodes = { ...definition.nodes };
  const places = { ...definition.layout?.nodes };
  for (const [key, step] of Object.entries(clipping.nodes)) {
    const name = names.get(key) ?? key;
    nodes[name] = withoutTargets(step, types, (target) => names.get(target));
    const place = clipping.places[key];
    if (place) places[name] = { x: Math.round(place.x + by.x), y: Math.round(place.y + by.y) };
  }
  const grown = { ...definition, nodes };
  const placed = definition.layout?.nodes ? withPlaces(grown, places) : grown;
  const [first] = names.values();
  if (first === undefined) return definition;
  if (after) return through(placed, after, first, [...names.values()], types);
  return startOf(definition) === undefined ? { ...placed, start: first } : placed;
}

/** What led on from a place leads to the first of these steps, and from the first open end of them onwards. */
function through(
  definition: Definition,
  after: Origin,
  first: string,
  keys: string[],
  types: NodeTypes,
): Definition {
  const next = targetOf(definition, after);
  const entered = connect(definition, after, first);
  if (next === undefined) return entered;
  for (const key of keys.toReversed()) {
    const step = entered.nodes[key];
    const open = step && waysOf(step, types).find(({ error, target }) => !error && target === undefined);
    if (open) return connect(entered, { step: key, path: open.path }, next);
  }
  return entered;
}

function withNote(definition: Definition, at: number, note: Note | undefined): Definition {
  const notes = [...(definition.layout?.notes ?? [])];
  notes.splice(at, 1, ...(note ? [note] : []));
  const layout = without(definition.layout ?? {}, "notes");
  return { ...definition, layout: notes.length > 0 ? { ...layout, notes } : layout };
}

function withPlaces(definition: Definition, nodes: Record<string, Point> | undefined): Definition {
  const layout = without(definition.layout ?? {}, "nodes");
  return { ...definition, layout: nodes ? { ...layout, nodes } : layout };
}

function withoutEmpty(definition: Definition): Definition {
  const kept = Object.entries(definition).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as unknown as Definition;
}
