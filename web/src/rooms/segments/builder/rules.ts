import type { Schema } from "~/api/client";

/** Anything that JSON can say. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
/** A rule, or a part of one: a group (`all`, `any`, `not`) or a leaf. */
export type Rule = { [name: string]: Json };
export type Language = Schema<"RuleLanguageDetail">;
export type Field = Schema<"FieldDetail">;
export type GroupKey = "all" | "any";

/** The rule that holds for nobody in particular yet: an empty group. */
export const EMPTY: Rule = { all: [] };

/** A group's word and parts; undefined for a leaf. `not` around a group of `any` reads as "none of these". */
export function groupOf(rule: Rule): { key: GroupKey; parts: Rule[] } | undefined {
  for (const key of ["all", "any"] as const) {
    if (Array.isArray(rule[key])) return { key, parts: rule[key] as Rule[] };
  }
  return undefined;
}

/** The part inside a `not`; undefined when there is none. */
export function insideNot(rule: Rule): Rule | undefined {
  return typeof rule.not === "object" && rule.not !== null && !Array.isArray(rule.not) ? rule.not : undefined;
}

/** Whether something in a rule is still to be filled in. */
export function isUnfinished(part: unknown): boolean {
  if (part === "") return true;
  return typeof part === "object" && part !== null && Object.values(part).some(isUnfinished);
}

/** Whether a rule has no condition yet. */
export function isEmpty(rule: Rule): boolean {
  return Object.keys(rule).length === 0 || groupOf(rule)?.parts.length === 0;
}

/** A rule as a group, so that parts can be added: a lone leaf becomes a group of one. */
export function asGroup(rule: Rule): Rule {
  return groupOf(rule) ? rule : Object.keys(rule).length === 0 ? EMPTY : { all: [rule] };
}

/** The form of a leaf: the fields of its kind, and of an event those of what is measured. */
export function formOf(leaf: Rule, language: Language): Field[] {
  const kind = language.leaves.find(({ key }) => key in leaf);
  if (!kind) return [];
  if (kind.key !== "event" || "measures" in leaf) return kind.fields;
  const measure = language.measures.find(({ key }) => key === (leaf.measure ?? "count"));
  return [...kind.fields, ...(measure?.fields ?? [])];
}

/** The fields that are asked while the others are as they are. */
export function asked(values: Rule, form: Field[]): Field[] {
  const valueOf = (name: string) =>
    values[name] ?? form.find((field) => field.name === name && field.default !== null)?.default;
  return form.filter(({ when }) =>
    Object.entries(when).every(([name, allowed]) => allowed.includes(String(valueOf(name)))),
  );
}

/** The values with one changed; what the form no longer asks falls away. `undefined` takes the field out. */
export function changed(
  values: Rule,
  name: string,
  value: Json | undefined,
  formFor: (values: Rule) => Field[],
): Rule {
  const kept = Object.entries(values).filter(([each]) => each !== name || value !== undefined);
  let next: Rule = { ...Object.fromEntries(kept), ...(value !== undefined && { [name]: value }) };
  for (let before = -1; before !== Object.keys(next).length;) {
    before = Object.keys(next).length;
    const names = new Set(asked(next, formFor(next)).map((field) => field.name));
    next = Object.fromEntries(Object.entries(next).filter(([each]) => names.has(each)));
  }
  return next;
}

/** A new leaf of a kind: its required fields with their defaults, the rest left out. */
export function newLeaf(key: string, language: Language): Rule {
  return { [key]: firstValue(key, language) };
}

function firstValue(key: string, language: Language): Json {
  const field = language.leaves.find((leaf) => leaf.key === key)?.fields.find(({ name }) => name === key);
  if (field?.kind === "items") return [{ event: "" }, { event: "" }];
  return field?.choices[0]?.value ?? "";
}
