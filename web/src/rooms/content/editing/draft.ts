import type { Problem, Schema } from "~/api/client";
import { isProblem } from "~/api/problems";

export type Variant = Schema<"VariantText">;
/** A template on the way to its next version. */
export type Draft = Schema<"TemplateContent"> & { name: Schema<"BothTexts"> };
export type Place = Problem["problems"][number];

/** The draft with which the editing of a template begins. */
export function draftOf({ name, version }: Schema<"TemplateDetail">): Draft {
  const { fallback_language, missing, variants } = version;
  return { name, fallback_language, missing, variants };
}

/** The draft with one variant changed. */
export function withVariant(draft: Draft, language: string, change: Partial<Variant>): Draft {
  const variants = draft.variants.map((each) => (each.language === language ? { ...each, ...change } : each));
  return { ...draft, variants };
}

/** Whether two drafts say the same. */
export function sameDraft(one: Draft, other: Draft): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** What the API found wrong, place by place; nothing when it refused for another reason. */
export function placesOf(error: unknown): Place[] {
  return isProblem(error) ? error.problems : [];
}

/** The sentences about one field of a variant. The preview names its places without the variant. */
export function at(places: Place[], language: string, field: keyof Variant): string | undefined {
  const ends = [`variants.${language}.${field}`, `variant.${field}`, field];
  const sentences = places.filter(({ path }) => ends.some((end) => isAt(path, end))).map(sentence);
  return sentences.length > 0 ? [...new Set(sentences)].join("\n") : undefined;
}

function isAt(path: string, end: string): boolean {
  return path === end || path === `body.${end}`;
}

function sentence({ line, message }: Place): string {
  return line === null || line === undefined ? message : `${line}: ${message}`;
}
