import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import type { Naming } from "../definition/summary";
import type { EntryKind, JourneyForm } from "../definition/types";
import type { NodeTypes } from "../definition/ways";

const SELDOM = { staleTime: 300_000 };

/** What a journey can be made of: the kinds of steps and entries, and the forms of the journey's own settings. */
export interface Kinds {
  types: NodeTypes;
  entries: EntryKind[];
  form: JourneyForm;
}

/** The kinds of everything, once they are read. */
export function useKinds(): { kinds: Kinds | undefined; error: unknown } {
  const types = useQuery({ ...api.queryOptions("get", "/api/node-types"), ...SELDOM });
  const entries = useQuery({ ...api.queryOptions("get", "/api/entry-kinds"), ...SELDOM });
  const form = useQuery({ ...api.queryOptions("get", "/api/journey-form"), ...SELDOM });
  const kinds = useMemo(
    () =>
      types.data && entries.data && form.data
        ? {
            types: new Map(types.data.map((each) => [each.key, each])),
            entries: entries.data,
            form: form.data,
          }
        : undefined,
    [types.data, entries.data, form.data],
  );
  return { kinds, error: types.error ?? entries.error ?? form.error };
}

/** The workspace's own events, traits and things, for choosing from. */
export function useVocabulary() {
  return useQuery({ ...api.queryOptions("get", "/api/vocabulary"), staleTime: 60_000 }).data;
}

/** The reader's language: one of the two that the API's texts have. */
export function useLanguage(): "en" | "he" {
  return useTranslation().i18n.language === "he" ? "he" : "en";
}

/** How a summary calls things. */
export function useNaming(): Naming {
  const language = useLanguage();
  const things = useVocabulary()?.things;
  return useMemo(
    () => ({
      language,
      // Until the names are read nothing is said: a key that turns into a name would flicker.
      nameOf: (kind, key) =>
        things ? (things[kind]?.find((thing) => thing.key === key)?.name[language] ?? key) : "",
    }),
    [language, things],
  );
}
