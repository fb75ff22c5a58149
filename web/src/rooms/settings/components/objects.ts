import type { Schema } from "~/api/client";

/** What an object is called: its name, else its key. */
export function shownName({ key, attributes }: Pick<Schema<"ObjectDetail">, "key" | "attributes">): string {
  const { name } = attributes;
  return typeof name === "string" && name ? name : key;
}
