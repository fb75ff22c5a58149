import { describe, expect, it } from "vitest";
import { asGroup, asked, changed, type Field, groupOf, insideNot, type Language, newLeaf } from "./rules";

const texts = { en: "", he: "" };
const field = (name: string, kind: string, more: Partial<Field> = {}): Field => ({
  name,
  kind,
  label: texts,
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
const trait = [
  field("trait", "trait"),
  field("op", "choice"),
  field("value", "value", { when: { op: ["eq"] } }),
];
const language = {
  leaves: [
    { key: "trait", label: texts, help: texts, fields: trait },
    { key: "sequence", label: texts, help: texts, fields: [field("sequence", "items")] },
  ],
} as unknown as Language;

describe("rules", () => {
  it("ask a field only while the others have the values that it waits for", () => {
    expect(asked({ trait: "city", op: "eq" }, trait).map(({ name }) => name)).toEqual([
      "trait",
      "op",
      "value",
    ]);
    expect(asked({ trait: "city", op: "exists" }, trait).map(({ name }) => name)).toEqual(["trait", "op"]);
  });

  it("lose what is asked no more, and nothing else", () => {
    const leaf = { trait: "city", op: "eq", value: "חיפה" };
    expect(changed(leaf, "op", "exists", () => trait)).toEqual({ trait: "city", op: "exists" });
    expect(changed(leaf, "value", "Haifa", () => trait)).toEqual({ ...leaf, value: "Haifa" });
    expect(changed(leaf, "value", undefined, () => trait)).toEqual({ trait: "city", op: "eq" });
  });

  it("are read as groups and leaves", () => {
    expect(groupOf({ any: [{ segment: "vip" }] })).toEqual({ key: "any", parts: [{ segment: "vip" }] });
    expect(groupOf({ segment: "vip" })).toBeUndefined();
    expect(asGroup({ segment: "vip" })).toEqual({ all: [{ segment: "vip" }] });
    expect(insideNot({ not: { list: "staff" } })).toEqual({ list: "staff" });
  });

  it("begin with what their kind needs", () => {
    expect(newLeaf("trait", language)).toEqual({ trait: "" });
    expect(newLeaf("sequence", language)).toEqual({ sequence: [{ event: "" }, { event: "" }] });
  });
});
