import type { Definition } from "../definition/types";
import type { NodeTypes } from "../definition/ways";
import { apply, type Change } from "./changes";

/** What is on the canvas, what was before, and what was undone. */
export interface History {
  past: Definition[];
  present: Definition;
  future: Definition[];
  /** What the last change was about: typing on in the same form is one step back, not one for each letter. */
  about: string;
}

export type Act =
  | { act: "change"; change: Change }
  | { act: "undo" }
  | { act: "redo" }
  | { act: "open"; definition: Definition };

const MOST_STEPS_BACK = 200;

/** A history that begins here. */
export function begin(definition: Definition): History {
  return { past: [], present: definition, future: [], about: "" };
}

/** The history after an act; pure, so that undo after any change is what was before it. */
export function reduce(history: History, act: Act, types: NodeTypes): History {
  switch (act.act) {
    case "open":
      return begin(act.definition);
    case "undo":
      return step(history, history.past.at(-1), {
        past: history.past.slice(0, -1),
        future: [history.present, ...history.future],
      });
    case "redo":
      return step(history, history.future[0], {
        past: [...history.past, history.present],
        future: history.future.slice(1),
      });
    case "change":
      return change(history, act.change, types);
  }
}

function step(
  history: History,
  to: Definition | undefined,
  moved: Pick<History, "past" | "future">,
): History {
  return to ? { ...moved, present: to, about: "" } : history;
}

function change(history: History, what: Change, types: NodeTypes): History {
  const present = apply(history.present, what, types);
  if (present === history.present) return history;
  const about = subjectOf(what);
  const goesOn = about !== "" && about === history.about;
  const past = goesOn ? history.past : [...history.past, history.present].slice(-MOST_STEPS_BACK);
  return { past, present, future: [], about };
}

function subjectOf(what: Change): string {
  if (what.do === "configure") return `step ${what.key}`;
  if (what.do === "settings") return `settings ${Object.keys(what.settings).join()}`;
  if (what.do === "note" && what.note) return `note ${what.at}`;
  return "";
}
