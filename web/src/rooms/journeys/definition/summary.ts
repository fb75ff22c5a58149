import { readLength, sayLength } from "./durations";
import { isMap } from "./paths";
import type { Field, Json, JsonMap, Words } from "./types";

/** What a summary needs to know beside the step: whose language, and what the workspace calls its things. */
export interface Naming {
  language: "en" | "he";
  nameOf: (kind: string, key: string) => string;
}

const UNSAID = new Set(["target", "items", "rule", "where", "json", "headers", "node", "boolean"]);

/** A step or an entry in a line: what is written in its fields, in the reader's words. */
export function summaryOf(data: JsonMap, fields: readonly Field[], naming: Naming): string {
  return fields
    .flatMap((field) => {
      const value = data[field.name];
      return value === undefined || value === null ? [] : [say(field, value, naming)];
    })
    .filter(Boolean)
    .map(isolated)
    .join(" · ");
}

/** Text that runs its own way whatever stands around it: an English event in a Hebrew line. */
export function isolated(text: string): string {
  return `\u2068${text}\u2069`;
}

/** A name that may be written once or in each language. */
export function inWords(name: string | Partial<Words>, language: "en" | "he"): string {
  if (typeof name === "string") return name;
  return name[language] ?? name.en ?? name.he ?? "";
}

type Saying = (value: Json, field: Field, naming: Naming) => string;

const SAYINGS: Record<string, Saying> = {
  duration: (value, _, naming) => sayTime(value, naming),
  offset: (value, _, naming) => sayTime(value, naming),
  choice: (value, { choices }, { language }) =>
    choices.find((choice) => choice.value === value)?.label[language] ?? String(value),
  reference: (value, { of }, { nameOf }) => nameOf(of, String(value)),
  whole: (value, { label }, { language }) => `${label[language]} ${String(value)}`,
  record: (value, { fields }, naming) => (isMap(value) ? sayRecord(value, fields, naming) : ""),
  days: (value, _, { language }) => (Array.isArray(value) ? sayDays(value.map(String), language) : ""),
  values: (value) => (isMap(value) ? Object.keys(value).join(", ") : ""),
};

const sayPlain: Saying = (value) =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

function say(field: Field, value: Json, naming: Naming): string {
  return UNSAID.has(field.kind) ? "" : (SAYINGS[field.kind] ?? sayPlain)(value, field, naming);
}

function sayTime(value: Json, { language }: Naming): string {
  const length = readLength(value);
  if (!length) return "";
  const said = sayLength(length, language);
  if (!length.before) return said;
  return language === "he" ? `${said} לפני` : `${said} before`;
}

function sayRecord(record: JsonMap, fields: readonly Field[], naming: Naming): string {
  const { after, before, ...rest } = record;
  const hours = typeof after === "string" || typeof before === "string";
  // First the earlier time: a range of digits reads from left to right in both languages.
  const said = hours ? `\u2066${after ?? "00:00"}–${before ?? "24:00"}\u2069` : "";
  return [said, summaryOf(rest, fields, naming)].filter(Boolean).join(" · ");
}

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const A_SUNDAY = Date.UTC(2026, 0, 4);
const DAY = 86_400_000;

/** The name of a day of the week. */
export function dayName(day: string, language: string, width: "short" | "long" | "narrow" = "short"): string {
  const at = new Date(A_SUNDAY + DAYS.indexOf(day) * DAY);
  return new Intl.DateTimeFormat(language, { weekday: width, timeZone: "UTC" }).format(at);
}

function sayDays(days: string[], language: string): string {
  if (days.length === DAYS.length) return "";
  const places = days.map((day) => DAYS.indexOf(day));
  const inARow =
    days.length > 2 && places.every((place, at) => at === 0 || place === (places[at - 1] ?? 0) + 1);
  if (!inARow) return days.map((day) => dayName(day, language)).join(", ");
  return `${dayName(days[0] ?? "", language)}–${dayName(days.at(-1) ?? "", language)}`;
}
