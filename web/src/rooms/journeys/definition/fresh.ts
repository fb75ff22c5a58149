import { isMap } from "./paths";
import type { Definition, Field, Json, NodeType, Step } from "./types";

/** A key like `base` that no step has yet: `wait`, `wait_2`, … */
export function freshKey(base: string, taken: Iterable<string>): string {
  const used = new Set(taken);
  if (!used.has(base)) return base;
  const stem = base.replace(/_\d+$/, "");
  let number = 2;
  while (used.has(`${stem}_${number}`)) number += 1;
  return `${stem}_${number}`;
}

/** A new step of a type: what must be there and can be guessed is filled in, the rest is for its form to ask. */
export function freshStep(type: NodeType): Step {
  const step: Step = { type: type.key };
  for (const field of type.fields) {
    const value = guess(field);
    if (value !== undefined) step[field.name] = value;
  }
  // A wait says for how long or until when; neither is required by itself.
  if (type.key === "wait") step.for = "1d";
  return step;
}

/** A journey that only its name is known of. */
export function freshDefinition(key: string, name: string): Definition {
  return { journey: key, name, entry: { event: "" }, nodes: {} };
}

/** One more item of a list of a form. */
export function freshItem(fields: Field[], others: Json[]): Json {
  const item: Record<string, Json> = {};
  for (const field of fields) {
    const value = guess(field);
    if (value !== undefined) item[field.name] = value;
  }
  if (fields.some(({ name, kind }) => name === "name" && kind === "key")) {
    const names = others.flatMap((other) => (isMap(other) ? [String(other.name)] : []));
    item.name = freshKey("path", names);
  }
  return item;
}

const GUESSES: Record<string, (field: Field) => Json | undefined> = {
  duration: () => "1d",
  boolean: () => true,
  choice: ({ choices }) => choices[0]?.value,
  whole: ({ name, smallest }) => (name === "weight" ? HALF : Math.max(smallest ?? 1, 1)),
  items: ({ fields }) => {
    const first = freshItem(fields, []);
    return fields.some(({ name }) => name === "weight") ? [first, freshItem(fields, [first])] : [first];
  },
};
/** Half of everybody, in basis points: shares begin as two halves. */
const HALF = 5_000;

function guess(field: Field): Json | undefined {
  return field.required && field.default === null ? GUESSES[field.kind]?.(field) : undefined;
}
