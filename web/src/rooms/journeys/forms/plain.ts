import type { Field, Json } from "../definition/types";

/** What somebody wrote in a line: a number is meant as a number, true and false as such; everything else is text. */
export function readPlain(text: string): Json {
  if (text === "true" || text === "false") return text === "true";
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

/** What an input needs to know of a field that no schema describes. */
export function plainField(name: string, kind: string, fields: Field[] = []) {
  const nothing = { en: "", he: "" };
  const field: Field = {
    name,
    kind,
    fields,
    label: nothing,
    help: null,
    required: false,
    default: null,
    choices: [],
    of: "",
    smallest: null,
    largest: null,
    longest: null,
    when: {},
  };
  return { field, path: name, help: undefined, error: undefined, disabled: false };
}
