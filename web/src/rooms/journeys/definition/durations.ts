const WRITTEN = /^(-?)(\d+)([smhdw])$/;
export const UNITS = ["s", "m", "h", "d", "w"] as const;
export type Unit = (typeof UNITS)[number];
const NAMES: Record<Unit, string> = { s: "second", m: "minute", h: "hour", d: "day", w: "week" };

/** A length of time as a definition writes it (`3h`, `-2d`), taken apart. */
export interface Length {
  count: number;
  unit: Unit;
  /** Before, not after: `-2d`. */
  before: boolean;
}

/** Reads a length; undefined when it is not one. */
export function readLength(text: unknown): Length | undefined {
  const found = typeof text === "string" ? WRITTEN.exec(text) : null;
  return found ? { before: found[1] === "-", count: Number(found[2]), unit: found[3] as Unit } : undefined;
}

/** Writes a length as a definition has it. */
export function writeLength({ count, unit, before }: Length): string {
  return `${before ? "-" : ""}${count}${unit}`;
}

/** A length in words of the reader's language: "3 hours", "‏3 שעות". */
export function sayLength({ count, unit }: Length, language: string): string {
  if (language === "he") return sayHebrew(count, unit);
  return new Intl.NumberFormat(language, { style: "unit", unit: NAMES[unit], unitDisplay: "long" }).format(
    count,
  );
}

/** The units by name, for choosing one beside its number. */
export function sayUnit(unit: Unit, count: number, language: string): string {
  // Beside a 2 stand days: "2 ימים", where without it one says "יומיים".
  if (language === "he") return HEBREW[unit][count === 1 ? 0 : 2];
  const parts = new Intl.NumberFormat(language, {
    style: "unit",
    unit: NAMES[unit],
    unitDisplay: "long",
  }).formatToParts(count);
  return parts.find(({ type }) => type === "unit")?.value ?? NAMES[unit];
}

const HEBREW: Record<Unit, [one: string, two: string, more: string]> = {
  s: ["שנייה", "שתי שניות", "שניות"],
  m: ["דקה", "שתי דקות", "דקות"],
  h: ["שעה", "שעתיים", "שעות"],
  d: ["יום", "יומיים", "ימים"],
  w: ["שבוע", "שבועיים", "שבועות"],
};

function sayHebrew(count: number, unit: Unit): string {
  const [one, two, more] = HEBREW[unit];
  if (count === 1) return one;
  return count === 2 ? two : `${count} ${more}`;
}
