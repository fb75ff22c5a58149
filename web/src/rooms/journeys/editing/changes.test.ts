import { describe, expect, it } from "vitest";
import type { Definition, NodeType } from "../definition/types";
import { waysOf } from "../definition/ways";
import { apply, type Change, clip, namesOfPasted, readClipping } from "./changes";
import { type Act, begin, type History, reduce } from "./history";

const field = (name: string, kind: string, more: object = {}) => ({
  name,
  kind,
  label: { en: name, he: name },
  help: null,
  required: false,
  default: null,
  choices: [],
  of: "",
  smallest: null,
  largest: null,
  longest: null,
  when: {},
  fields: [],
  ...more,
});
const type = (
  key: string,
  outcomes: [name: string, path: string, each?: boolean][],
  fields = [],
): NodeType => ({
  key,
  name: { en: key, he: key },
  about: { en: key, he: key },
  category: "flow",
  icon: "circle",
  outcomes: outcomes.map(([name, path, each = false]) => ({
    name,
    path,
    each,
    label: { en: name, he: name },
  })),
  fields,
});
const WAIT = type("wait", [["next", "next"]]);
const MAIL = type("send_email", [
  ["next", "next"],
  ["error", "on_error"],
]);
const SPLIT: NodeType = {
  ...type("split", [
    ["", "branches[].next", true],
    ["else", "else"],
  ]),
  fields: [
    field("branches", "items", { required: true, fields: [field("name", "key", { required: true })] }),
  ],
};
const TYPES = new Map([WAIT, MAIL, SPLIT].map((each) => [each.key, each]));

const EMPTY: Definition = { journey: "j", name: "J", entry: { event: "E" }, nodes: {} };
const LINE: Definition = {
  ...EMPTY,
  start: "a",
  nodes: {
    a: { type: "wait", for: "1d", next: "b" },
    b: { type: "send_email", template: "t", next: "c" },
    c: { type: "wait", for: "2d" },
  },
};

const done = (definition: Definition, ...changes: Change[]) =>
  changes.reduce((each, change) => apply(each, change, TYPES), definition);

describe("changing a journey", () => {
  it("begins with the first step that is added", () => {
    const begun = done(EMPTY, { do: "add", key: "wait", type: WAIT, after: "entry" });
    expect(begun.start).toBe("wait");
    expect(begun.nodes.wait).toEqual({ type: "wait", for: "1d" });
  });

  it("puts a step on an edge: the way goes through it", () => {
    const longer = done(LINE, { do: "add", key: "new", type: MAIL, after: { step: "a", path: "next" } });
    expect(longer.nodes.a?.next).toBe("new");
    expect(longer.nodes.new?.next).toBe("b");
  });

  it("puts a step before the first one", () => {
    const longer = done(LINE, { do: "add", key: "new", type: WAIT, after: "entry" });
    expect(longer.start).toBe("new");
    expect(longer.nodes.new?.next).toBe("a");
  });

  it("gives a new split its branches, and the first goes on", () => {
    const parted = done(LINE, { do: "add", key: "s", type: SPLIT, after: { step: "b", path: "next" } });
    const split = parted.nodes.s;
    expect(split && waysOf(split, TYPES).map(({ outcome, target }) => [outcome, target])).toEqual([
      ["path", "c"],
      ["else", undefined],
    ]);
  });

  it("connects a branch, and takes a connection away", () => {
    const parted = done(LINE, { do: "add", key: "s", type: SPLIT, after: { step: "c", path: "next" } });
    const joined = done(parted, { do: "connect", from: { step: "s", path: "branches[0].next" }, to: "b" });
    expect(joined.nodes.s?.branches).toEqual([{ name: "path", next: "b" }]);
    const apart = done(joined, {
      do: "connect",
      from: { step: "s", path: "branches[0].next" },
      to: undefined,
    });
    expect(apart.nodes.s?.branches).toEqual([{ name: "path" }]);
  });

  it("closes the gap that a removed step leaves", () => {
    const shorter = done(LINE, { do: "remove", keys: ["b"] });
    expect(Object.keys(shorter.nodes)).toEqual(["a", "c"]);
    expect(shorter.nodes.a?.next).toBe("c");
  });

  it("begins with the next step when the first is removed, and with none when all are", () => {
    expect(done(LINE, { do: "remove", keys: ["a", "b"] }).start).toBe("c");
    const none = done(LINE, { do: "remove", keys: ["a", "b", "c"] });
    expect(none.start).toBeUndefined();
    expect(none.nodes).toEqual({});
  });

  it("does not hang on a loop whose every step is removed", () => {
    const loop = done(LINE, { do: "connect", from: { step: "c", path: "next" }, to: "b" });
    expect(done(loop, { do: "remove", keys: ["b", "c"] }).nodes.a).toEqual({ type: "wait", for: "1d" });
  });

  it("keeps where steps were put, and forgets it when tidied", () => {
    const moved = done(LINE, { do: "move", places: { a: { x: 5, y: 6 } } });
    expect(moved.layout).toEqual({ nodes: { a: { x: 5, y: 6 } } });
    expect(done(moved, { do: "remove", keys: ["a"] }).layout).toEqual({ nodes: {} });
    expect(done(moved, { do: "tidy" }).layout).toEqual({});
    expect(done(LINE, { do: "tidy" })).toBe(LINE);
  });

  it("keeps, changes and removes notes", () => {
    const note = { text: "why", x: 1, y: 2, width: 200, height: 120 };
    const noted = done(LINE, { do: "note", at: 0, note });
    expect(noted.layout?.notes).toEqual([note]);
    expect(done(noted, { do: "note", at: 0, note: { ...note, text: "so" } }).layout?.notes?.[0]?.text).toBe(
      "so",
    );
    expect(done(noted, { do: "note", at: 0, note: undefined }).layout).toEqual({});
  });

  it("pastes copies under new names that lead to each other, and nowhere else", () => {
    const clipping = clip(LINE, ["a", "b"], { a: { x: 0, y: 0 }, b: { x: 0, y: 100 } });
    const read = readClipping(JSON.stringify(clipping));
    expect(read).toEqual(clipping);
    const pasted = done(LINE, {
      do: "paste",
      clipping,
      by: { x: 10, y: 10 },
      after: { step: "c", path: "next" },
    });
    expect([...namesOfPasted(LINE, clipping).values()]).toEqual(["a_2", "b_2"]);
    expect(pasted.nodes.a_2).toEqual({ type: "wait", for: "1d", next: "b_2" });
    expect(pasted.nodes.b_2).toEqual({ type: "send_email", template: "t" });
    expect(pasted.nodes.c?.next).toBe("a_2");
  });

  it("pastes onto an edge: the way goes through what was pasted", () => {
    const clipping = clip(LINE, ["a", "b"], {});
    const pasted = done(LINE, {
      do: "paste",
      clipping,
      by: { x: 0, y: 0 },
      after: { step: "a", path: "next" },
    });
    expect(pasted.nodes.a?.next).toBe("a_2");
    expect(pasted.nodes.b_2?.next).toBe("b");
  });

  it("does not take any text for steps", () => {
    for (const text of ["", "hello", "null", "[]", '{"nodes":{}}'])
      expect(readClipping(text)).toBeUndefined();
  });

  it("takes settings away that are emptied", () => {
    const aimed = done(LINE, { do: "settings", settings: { goal: { event: "Order Completed" } } });
    expect(aimed.goal).toEqual({ event: "Order Completed" });
    expect("goal" in done(aimed, { do: "settings", settings: { goal: undefined } as never })).toBe(false);
  });
});

describe("undo and redo", () => {
  const changes: Change[] = [
    { do: "add", key: "w", type: WAIT, after: { step: "a", path: "next" } },
    { do: "connect", from: { step: "c", path: "next" }, to: "a" },
    { do: "move", places: { b: { x: 1, y: 1 } } },
    { do: "configure", key: "a", step: { type: "wait", for: "3d", next: "w" } },
    { do: "remove", keys: ["b"] },
    { do: "paste", clipping: clip(LINE, ["a", "b"], {}), by: { x: 0, y: 0 } },
    { do: "note", at: 0, note: { text: "n", x: 0, y: 0, width: 100, height: 100 } },
    { do: "tidy" },
  ];
  const act = (history: History, ...acts: Act[]) =>
    acts.reduce((each, next) => reduce(each, next, TYPES), history);
  const undo: Act = { act: "undo" };
  const redo: Act = { act: "redo" };

  it("undoes each change to exactly what was before it, and redoes it to what was after", () => {
    let history = begin(LINE);
    for (const change of changes) {
      const after = act(history, { act: "change", change });
      expect(act(after, undo).present).toBe(history.present);
      expect(act(after, undo, redo).present).toBe(after.present);
      history = after;
    }
    const allBack = act(history, ...changes.map(() => undo));
    expect(allBack.present).toBe(LINE);
    expect(act(allBack, undo)).toBe(allBack);
    const allForth = act(allBack, ...changes.map(() => redo));
    expect(allForth.present).toBe(history.present);
    expect(act(allForth, redo)).toBe(allForth);
  });

  it("never changes what was before: no change writes into the journey that it was given", () => {
    const frozen = JSON.stringify(LINE);
    for (const change of changes) done(LINE, change);
    expect(JSON.stringify(LINE)).toBe(frozen);
  });

  it("forgets what was undone once something else is done", () => {
    const [first, second] = changes as [Change, Change];
    const history = act(begin(LINE), { act: "change", change: first }, undo, {
      act: "change",
      change: second,
    });
    expect(history.future).toEqual([]);
    expect(act(history, redo)).toBe(history);
  });

  it("takes typing in one form as one step back", () => {
    const typed = (text: string): Act => ({
      act: "change",
      change: { do: "configure", key: "b", step: { type: "send_email", template: text } },
    });
    const history = act(begin(LINE), typed("x"), typed("xy"), typed("xyz"));
    expect(act(history, undo).present).toBe(LINE);
  });
});
