import { isMap, valueAt, withValue } from "./paths";
import type { Definition, NodeType, Step, Words } from "./types";

/** A way out of a step: where in the step's fields it is written, what it is called, and the step to which it leads. */
export interface Way {
  path: string;
  /** The name under which reports and plays tell of it. */
  outcome: string;
  label: Words;
  target: string | undefined;
  /** Taken only when something went wrong. */
  error: boolean;
  /** The only way of its step that is not for errors: it needs no label. */
  only: boolean;
}

export type NodeTypes = ReadonlyMap<string, NodeType>;

/** The ways out of a step, in the order of its form. A type that nobody knows has none. */
export function waysOf(step: Step, types: NodeTypes): Way[] {
  const ways = (types.get(step.type)?.outcomes ?? []).flatMap(({ name, path, label, each }) =>
    each ? waysOfItems(step, path) : [wayAt(step, path, name, label)],
  );
  const plain = ways.filter((way) => !way.error);
  return ways.map((way) => ({ ...way, only: !way.error && plain.length === 1 }));
}

/** The step with one of its ways leading elsewhere; to nowhere with undefined. */
export function withTarget(step: Step, path: string, target: string | undefined): Step {
  return withValue(step, path, target);
}

/** The step with every way that leads to one of these steps leading to what `onto` says instead. */
export function withoutTargets(
  step: Step,
  types: NodeTypes,
  onto: (target: string) => string | undefined,
): Step {
  return waysOf(step, types).reduce((changed, { path, target }) => {
    if (target === undefined) return changed;
    const next = onto(target);
    return next === target ? changed : withTarget(changed, path, next);
  }, step);
}

/** The step at which everybody begins. */
export function startOf(definition: Definition): string | undefined {
  return definition.start ?? Object.keys(definition.nodes)[0];
}

function waysOfItems(step: Step, path: string): Way[] {
  const [list = "", within = ""] = path.split("[].");
  const items = valueAt(step, list);
  if (!Array.isArray(items)) return [];
  return items.flatMap((item, at) => {
    if (!isMap(item)) return [];
    const name = typeof item.name === "string" ? item.name : String(at + 1);
    return [wayAt(step, `${list}[${at}].${within}`, name, { en: name, he: name })];
  });
}

function wayAt(step: Step, path: string, outcome: string, label: Words): Way {
  const target = valueAt(step, path);
  return {
    path,
    outcome,
    label,
    target: typeof target === "string" && target ? target : undefined,
    error: outcome === "error",
    only: false,
  };
}
