import type { Json } from "../definition/types";

/** What somebody wrote in a line: a number is meant as a number, true and false as such; everything else is text. */
export function readPlain(text: string): Json {
  if (text === "true" || text === "false") return text === "true";
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
