import { pieceAt, shadowOf } from "./liquid";

export type Attributes = readonly (readonly [name: string, value: string])[];

/** An element as it was written. `gap` is the space before it, `tail` that before its end; `content` is what stands in
 * an element that holds text and markup, as written. */
export interface MjmlElement {
  kind: "element";
  tag: string;
  source: string;
  gap: string;
  tail: string;
  attributes: Attributes;
  content: string | null;
  children: MjmlNode[];
}

/** Liquid or a comment between elements: kept as it is, never shown as something else. */
export interface MjmlPiece {
  kind: "piece";
  source: string;
  gap: string;
}

export type MjmlNode = MjmlElement | MjmlPiece;

/** A message: what stands around its body, the body, and what the head says that all, each tag and each class have. */
export interface MjmlDocument {
  before: string;
  body: MjmlElement;
  after: string;
  usual: Usual;
}

type Usual = { all: Attributes; tags: Map<string, Attributes>; classes: Map<string, Attributes> };

export type Refusal = "noBody" | "liquidInTag" | "unclosed" | "text";

/** The source cannot be edited by blocks; it stays what it is. */
export class NotVisual extends Error {
  constructor(
    readonly reason: Refusal,
    readonly line: number,
  ) {
    super(`${reason} in line ${line}`);
  }
}

const CONTENT = new Set([
  ...["mj-text", "mj-button", "mj-table", "mj-raw", "mj-navbar-link", "mj-social-element"],
  ...["mj-accordion-title", "mj-accordion-text", "mj-title", "mj-preview", "mj-style"],
]);
const START = /<(mj[\w-]*)((?:\s+[\w:-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'))?|\s)*)(\/?)>/y;
const ATTRIBUTE = /([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const SPACE = /\s*/y;

/** Reads a message, or refuses (NotVisual) what could not be edited by blocks without harm. */
export function readDocument(source: string): MjmlDocument {
  const shadow = shadowOf(source);
  const at = shadow.search(/<mj-body[\s/>]/);
  if (at < 0) throw new NotVisual("noBody", 1);
  const reader = new Reader(source, shadow);
  const body = reader.element(at, "");
  const end = at + body.source.length;
  return { before: source.slice(0, at), body, after: source.slice(end), usual: usualOf(source.slice(0, at)) };
}

/** Reads a single element, such as a block that is about to be added. */
export function readElement(source: string): MjmlElement {
  return new Reader(source, shadowOf(source)).element(0, "");
}

/** What an element has, the head's attributes first: for all, for its tag, for its classes, its own. */
export function resolved(
  { all, tags, classes }: Usual,
  tag: string,
  own: Attributes,
): Record<string, string> {
  const names = Object.fromEntries(own)["mj-class"]?.split(/\s+/) ?? [];
  const named = names.flatMap((name) => classes.get(name) ?? []);
  return Object.fromEntries([...all, ...(tags.get(tag) ?? []), ...named, ...own]);
}

class Reader {
  constructor(
    private readonly source: string,
    private readonly shadow: string,
  ) {}

  element(at: number, gap: string): MjmlElement {
    START.lastIndex = at;
    const start = START.exec(this.shadow);
    if (!start) throw this.refusal("liquidInTag", at);
    const [all, tag = "", written = "", closed] = start;
    const attributes = this.attributes(at + 1 + tag.length, written);
    const inside = at + all.length;
    const found = { kind: "element" as const, tag, gap, attributes };
    if (closed)
      return { ...found, source: this.source.slice(at, inside), tail: "", content: null, children: [] };
    if (CONTENT.has(tag)) {
      const [end, after] = this.end(tag, inside);
      const content = this.source.slice(inside, end);
      return { ...found, source: this.source.slice(at, after), tail: "", content, children: [] };
    }
    const { children, tail, after } = this.children(tag, inside);
    return { ...found, source: this.source.slice(at, after), tail, content: null, children };
  }

  private children(tag: string, from: number): { children: MjmlNode[]; tail: string; after: number } {
    const children: MjmlNode[] = [];
    for (let at = from; ;) {
      const gap = this.match(SPACE, at, this.source);
      at += gap.length;
      const piece = pieceAt(this.source, at);
      const end = this.match(new RegExp(`</${tag}\\s*>`, "y"), at, this.shadow);
      if (end) return { children, tail: gap, after: at + end.length };
      if (piece) children.push({ kind: "piece", source: piece, gap });
      else if (this.shadow.startsWith("<mj", at)) children.push(this.element(at, gap));
      else throw this.refusal(at >= this.source.length ? "unclosed" : "text", at);
      at += children.at(-1)?.source.length ?? 0;
    }
  }

  private attributes(from: number, written: string): Attributes {
    const found: [string, string][] = [];
    let rest = 0;
    for (const each of written.matchAll(ATTRIBUTE)) {
      const [all, name = ""] = each;
      // Between attributes nothing may stand, Liquid least of all.
      if (this.source.slice(from + rest, from + each.index).trim())
        throw this.refusal("liquidInTag", from + rest);
      rest = each.index + all.length;
      const value = this.source.slice(from + each.index, from + rest).slice(name.length);
      found.push([name, value.replace(/^\s*=\s*/, "").slice(1, -1)]);
    }
    if (this.source.slice(from + rest, from + written.length).trim())
      throw this.refusal("liquidInTag", from + rest);
    return found;
  }

  private end(tag: string, from: number): [at: number, after: number] {
    const end = new RegExp(`</${tag}\\s*>`, "g");
    end.lastIndex = from;
    const found = end.exec(this.shadow);
    if (!found) throw this.refusal("unclosed", from);
    return [found.index, found.index + found[0].length];
  }

  private match(what: RegExp, at: number, text: string): string {
    what.lastIndex = at;
    return what.exec(text)?.[0] ?? "";
  }

  private refusal(reason: Refusal, at: number): NotVisual {
    return new NotVisual(reason, this.source.slice(0, at).split("\n").length);
  }
}

function usualOf(head: string): Usual {
  const usual: Usual = { all: [], tags: new Map(), classes: new Map() };
  const shadow = shadowOf(head);
  for (const block of shadow.matchAll(/<mj-attributes\s*>/g)) {
    const reader = new Reader(head, shadow);
    for (const child of reader.element(block.index, "").children) {
      if (child.kind !== "element") continue;
      const named = Object.fromEntries(child.attributes).name ?? "";
      const others = child.attributes.filter(([name]) => name !== "name");
      if (child.tag === "mj-all") usual.all = [...usual.all, ...others];
      else if (child.tag === "mj-class") append(usual.classes, named, others);
      else append(usual.tags, child.tag, child.attributes);
    }
  }
  return usual;
}

function append(to: Map<string, Attributes>, key: string, more: Attributes): void {
  to.set(key, [...(to.get(key) ?? []), ...more]);
}
