import { escaped, liquidIn, mapLiquid } from "./liquid";
import type { Attributes, MjmlDocument } from "./mjml";

/** What is known of the values while a message is drawn: the brand kit, for one. */
export type Values = Record<string, unknown>;

const VALUE = /^{{-?\s*([\w.]+)\s*(?:\|\s*default:\s*(?:"([^"]*)"|'([^']*)'))?[^}]*-?}}$/;
/** A grey picture in place of one that only each reader's own values name. */
const NO_PICTURE =
  "data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg' width='600' height='240'><rect width='100%25' height='100%25' fill='%23e3e5ec'/></svg>";
const RIGHT_TO_LEFT = new Map<string, Attributes>([
  ["mj-section", [["direction", "rtl"]]],
  ["mj-group", [["direction", "rtl"]]],
  ["mj-column", [["direction", "rtl"]]],
  ["mj-text", [["align", "right"]]],
]);

/** What all messages of a direction have before their own head speaks, as the server has it. */
export function usualIn(direction: "rtl" | "ltr", usual: MjmlDocument["usual"]): MjmlDocument["usual"] {
  if (direction === "ltr") return usual;
  const tags = new Map(usual.tags);
  for (const [tag, attributes] of RIGHT_TO_LEFT) tags.set(tag, [...attributes, ...(tags.get(tag) ?? [])]);
  return { ...usual, tags };
}

/** Attributes with which an element is drawn: Liquid gives way to what is known, or to nothing. */
export function shownAttributes(attributes: Record<string, string>, values: Values): Record<string, string> {
  const shown = Object.entries(attributes)
    .filter(([name]) => name !== "mj-class")
    .map(([name, value]): [string, string] => [name, shownValue(name, value, values)]);
  return Object.fromEntries(shown.filter(([, value]) => value !== ""));
}

function shownValue(name: string, value: string, values: Values): string {
  const known = liquidIn(value).map((piece) => valueIn(piece, values));
  if (name === "src" && (value === "" || known.includes(undefined))) return NO_PICTURE;
  if (name === "href" && known.length > 0) return "#";
  return mapLiquid(value, { inside: (piece) => escaped(valueIn(piece, values) ?? "") });
}

function valueIn(piece: string, values: Values): string | undefined {
  const [, path = "", double, single] = VALUE.exec(piece) ?? [];
  let found: unknown = values;
  for (const step of path.split(".")) found = isValues(found) ? found[step] : undefined;
  return typeof found === "string" && found ? found : (double ?? single);
}

function isValues(value: unknown): value is Values {
  return typeof value === "object" && value !== null;
}
