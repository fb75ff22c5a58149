import { createContext, useContext } from "react";
import { api, type Schema } from "~/api/client";
import type { Language } from "./rules";

export interface Words {
  language: Language;
  vocabulary: Schema<"VocabularyDetail">;
}

const WordsContext = createContext<Words | null>(null);
export const WordsProvider = WordsContext.Provider;

/** Reads the rule language and the workspace's own words; undefined until both are there. */
export function useReadWords(): Words | undefined {
  const language = api.useQuery("get", "/api/rule-language", {}, { staleTime: Number.POSITIVE_INFINITY });
  const vocabulary = api.useQuery("get", "/api/vocabulary", {}, { staleTime: 60_000 });
  return language.data && vocabulary.data && { language: language.data, vocabulary: vocabulary.data };
}

/** The language and the words, inside the builder. */
export function useWords(): Words {
  const words = useContext(WordsContext);
  if (!words) throw new Error("outside of a rule builder");
  return words;
}
