import { useTranslation } from "react-i18next";

/** What Kesher itself gives names to, as the reader calls it; a name that somebody else gave stays as it is. */
export function useNames() {
  const { t } = useTranslation("names");
  const named = (group: "events" | "channels" | "identifiers" | "traits", key: string): string =>
    // A customer's own name may hold the dots and colons that separate keys.
    t(`${group}.${key}` as "channels.email", { defaultValue: key, nsSeparator: false });
  return {
    event: (name: string) => named("events", name),
    channel: (key: string) => named("channels", key),
    identifier: (kind: string) => named("identifiers", kind),
    trait: (name: string) => named("traits", name),
  };
}
