import { isProblem } from "~/api/problems";

/** The mistakes of a refusal by the path of their field; `below` is where the form stands in what was sent. */
export function problemsOf(error: unknown, below = "settings."): ReadonlyMap<string, string> {
  const problems = isProblem(error) ? error.problems : [];
  return new Map(problems.map(({ path, message }) => [path.replace(below, ""), message]));
}
