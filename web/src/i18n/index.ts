import dayjs from "dayjs";
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { setLanguageOfCalls } from "~/api/client";
import type en from "./en";

export type Language = "en" | "he";
export const LANGUAGES: Record<Language, string> = { en: "English", he: "עברית" };

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "app";
    resources: typeof en;
  }
}

const KEPT_AS = "kesher.language";
const TEXTS = { en: () => import("./en"), he: () => import("./he") };
const CALENDARS = { en: () => import("dayjs/locale/en"), he: () => import("dayjs/locale/he") };

/** The language to begin with: the one chosen here before, else the browser's, else English. */
export function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT_AS);
  if (kept === "en" || kept === "he") return kept;
  return navigator.languages.some((tag) => tag.startsWith("he") || tag.startsWith("iw")) ? "he" : "en";
}

/** Reads the texts of the first language and sets the page's direction; to be awaited before the first render. */
export async function startTexts(): Promise<void> {
  await i18next.use(initReactI18next).init({
    interpolation: { escapeValue: false },
    returnNull: false,
    ns: [],
    defaultNS: "app",
    fallbackLng: false,
  });
  await speak(firstLanguage());
}

/** Changes the language of everything: texts, direction, dates, and what the API answers. */
export async function speak(language: Language): Promise<void> {
  const [texts] = await Promise.all([TEXTS[language](), CALENDARS[language]()]);
  for (const [room, resources] of Object.entries(texts.default)) {
    i18next.addResourceBundle(language, room, resources);
  }
  localStorage.setItem(KEPT_AS, language);
  setLanguageOfCalls(language);
  dayjs.locale(language);
  document.documentElement.lang = language;
  document.documentElement.dir = directionOf(language);
  await i18next.changeLanguage(language);
}

/** Which way a language is written. */
export function directionOf(language: string): "rtl" | "ltr" {
  return language.startsWith("he") ? "rtl" : "ltr";
}
