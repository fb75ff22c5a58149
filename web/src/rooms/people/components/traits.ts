import type { Format } from "~/i18n/format";

/** A trait's value as the reader writes such values; nothing for what a person does not have. */
export function shownTrait(value: unknown, format: Format, yes: string, no: string): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "boolean") return value ? yes : no;
  if (typeof value === "number") return format.number(value);
  if (Array.isArray(value)) return format.list(value.map(String));
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
