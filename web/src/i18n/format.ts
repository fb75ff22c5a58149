import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useWorkspace } from "~/routing/workspace";

const LOCALES: Record<string, string> = { en: "en-GB", he: "he-IL" };
const MINUTE = 60_000;
/** How the API writes a moment inside a sentence. */
const MOMENT = /(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2})Z/g;
const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 1440 * MINUTE],
  ["hour", 60 * MINUTE],
  ["minute", MINUTE],
];

export type Format = ReturnType<typeof makeFormat>;

/** Numbers, shares, dates and durations as one language writes them; times are the workspace's. */
export function makeFormat(language: string, timeZone: string) {
  const locale = LOCALES[language] ?? language;
  const number = new Intl.NumberFormat(locale);
  const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: "medium", timeZone });
  const wall = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const list = new Intl.ListFormat(locale, { type: "conjunction" });
  return {
    number: (value: number) => number.format(value),
    /** 12.4K, ‏12.4K‏: for counters with little room. */
    compact: (value: number) => compact.format(value),
    /** A share between 0 and 1. */
    percent: (share: number) => percent.format(share),
    dateTime: (at: string) => dateTime.format(new Date(at)),
    /** A day and a time as somebody's own clock shows them ("2026-01-05T09:00"), whatever zone the reader is in. */
    wall: (local: string) => wall.format(new Date(`${local.slice(0, 16).replace(" ", "T")}Z`)),
    date: (at: string) => date.format(new Date(at)),
    time: (at: string) => time.format(new Date(at)),
    /** A sentence of the API, its moments as the reader knows them. */
    sentence: (text: string) =>
      text.replaceAll(MOMENT, (_, day: string, clock: string) =>
        dateTime.format(new Date(`${day}T${clock}Z`)),
      ),
    list: (parts: string[]) => list.format(parts),
    /** "3 minutes ago", "בעוד יומיים". */
    ago: (at: string, now = Date.now()) => {
      const difference = new Date(at).getTime() - now;
      const [unit, size] = STEPS.find(([, length]) => Math.abs(difference) >= length) ?? ["second", 1000];
      return relative.format(Math.trunc(difference / size), unit);
    },
    money: (minor: number, currency: string) =>
      new Intl.NumberFormat(locale, { style: "currency", currency }).format(minor / 100),
  };
}

/** The formats of the reader's language and the workspace's time zone. */
export function useFormat(): Format {
  const { i18n } = useTranslation();
  const { timezone } = useWorkspace();
  return useMemo(() => makeFormat(i18n.language, timezone), [i18n.language, timezone]);
}
