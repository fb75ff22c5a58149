import type { Schema } from "~/api/client";

type Properties = Schema<"TimelineEventDetail">["properties"];

/** What an event was about, the first of these that it has: names before keys, things before places and sums. */
const TELLING = [
  "template",
  "segment",
  "list",
  "journey",
  "broadcast",
  "topic",
  "grade",
  "stage",
  "name",
  "title",
  "product",
  "product_name",
  "url",
  "path",
  "order_id",
  "query",
] as const;

/** The one property that says what an event was about; nothing where none does. */
export function detailOf(properties: Properties): string | undefined {
  for (const name of TELLING) {
    const value = properties[name];
    if (typeof value === "string" && value) return value;
    if (typeof value === "number") return String(value);
  }
  const products = properties.products;
  if (!Array.isArray(products)) return undefined;
  const named = products.flatMap((each) =>
    each && typeof each === "object" && "name" in each ? [String(each.name)] : [],
  );
  return named.length > 0 ? named.slice(0, 3).join(", ") : undefined;
}

/** A property's value in one line. */
export function written(value: Properties[string]): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
