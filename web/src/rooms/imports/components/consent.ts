import dayjs from "dayjs";
import timezones from "dayjs/plugin/timezone";
import utc from "dayjs/plugin/utc";
import type { Schema } from "~/api/client";

dayjs.extend(utc);
dayjs.extend(timezones);

export const CHANNELS = ["email", "sms"] as const;

/** What the people of a file agreed to, as it is being written; `day` null is the moment of the import. */
export interface Consent {
  channel: string;
  topic: string;
  source: string;
  wording: string;
  day: string | null;
}

export const NO_WORDS: Consent = { channel: "email", topic: "", source: "", wording: "", day: null };

/** Whether the proof is complete. */
export function isProven({ source, wording }: Consent): boolean {
  return Boolean(source.trim() && wording.trim());
}

/** For the API: a day begins where the workspace is. */
export function consentToSend({ day, ...consent }: Consent, timezone: string): Schema<"ImportedConsent"> {
  return { ...consent, given_at: day && dayjs.tz(day, timezone).toISOString() };
}
