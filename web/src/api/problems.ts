import type { Problem } from "./client";

/** Whether something thrown is the API's refusal. */
export function isProblem(error: unknown): error is Problem {
  return typeof error === "object" && error !== null && "code" in error && "detail" in error;
}

/** The sentence to show for anything thrown; undefined when there is none from the API. */
export function sentenceOf(error: unknown): string | undefined {
  if (!isProblem(error)) return undefined;
  const places = error.problems.map((problem) => problem.message);
  return places.length > 0 ? places.join(" ") : error.detail;
}
