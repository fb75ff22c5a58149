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
    /** Traits are known in both spellings of their standard names: first_name, firstName. */
    trait: (name: string) => {
      const standard = name.replaceAll(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();
      const called = named("traits", standard);
      return called === standard ? name : called;
    },
  };
}
