import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/client";

/** Chooses the reader's text of a pair that the API answers; the other language where hers is empty. */
export function useLocal(): (text: Schema<"BothTexts">) => string {
  const { i18n } = useTranslation();
  return ({ he, en }) => (i18n.language === "he" ? he || en : en || he);
}
