import { escaped, mapLiquid, unescaped } from "./liquid";
import type { Attributes, MjmlDocument, MjmlElement, MjmlNode } from "./mjml";

/** A node as it stands on the canvas. `origin` is the node that it was made from, in the source or in a block;
 * `attributes` and `content` are as they would be written. */
export interface Drawn {
  origin: MjmlNode;
  attributes: Attributes;
  content: string | null;
  children: Drawn[];
}

const STEP = "  ";

/** The source of what stands on the canvas. What nobody touched is written as it was, to the letter. */
export function printDocument({ before, after }: MjmlDocument, body: Drawn): string {
  return before + printed(body, lastLine(before)) + after;
}

/** An attribute's value for a form, and a form's for an attribute: Liquid stays as it is. */
export function valueOf(written: string): string {
  return mapLiquid(written, { outside: unescaped });
}

/** How a value is written into an attribute. */
export function writtenValue(value: string): string {
  return mapLiquid(value, { outside: escaped });
}

const CHIP = /<bdi class="liquid">([\s\S]*?)<\/bdi>/g;

/** Content as a browser can hold it, or nothing when a browser would move or lose part of it. No sign inside Liquid is
 * taken for markup, and Liquid among words stands apart from them, whatever their direction. */
export function contentForCanvas(content: string): string | undefined {
  const shown = mapLiquid(content, { inside: escaped });
  const box = document.createElement("template");
  box.innerHTML = shown;
  if (signs(box.innerHTML) !== signs(shown)) return undefined;
  for (const words of textsOf(box.content)) {
    const apart = mapLiquid(words.data, { inside: chip, outside: escaped });
    const replaced = document.createRange().createContextualFragment(apart);
    words.replaceWith(replaced);
  }
  return box.innerHTML;
}

/** Content as a browser gives it back, with its Liquid as it was written. */
export function contentFromCanvas(html: string): string {
  return mapLiquid(html.replaceAll(CHIP, "$1"), { inside: unescaped });
}

function chip(liquid: string): string {
  return `<bdi class="liquid">${escaped(liquid)}</bdi>`;
}

function textsOf(root: Node): Text[] {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found: Text[] = [];
  while (walker.nextNode())
    if (walker.currentNode.nodeValue?.includes("{")) found.push(walker.currentNode as Text);
  return found;
}

/** The order of a content's tags and Liquid: what a browser would change where it cannot hold them. */
function signs(content: string): string {
  const found = mapLiquid(content, { inside: () => "§" }).match(/<[a-z][\w-]*|§/gi) ?? [];
  return found.join(" ").toLowerCase();
}

function printed(drawn: Drawn, indent: string): string {
  const { origin } = drawn;
  if (origin.kind === "piece" || isUntouched(drawn)) return origin.source;
  const attributes = drawn.attributes.map(([name, value]) => ` ${name}=${quoted(value)}`).join("");
  const open = `<${origin.tag}${attributes}`;
  if (drawn.content !== null) return `${open}>${drawn.content}</${origin.tag}>`;
  if (drawn.children.length === 0)
    return origin.children.length > 0 ? `${open}></${origin.tag}>` : `${open} />`;
  const inner = drawn.children.map((child) => printedChild(child, origin, indent)).join("");
  const tail = origin.tail.includes("\n") ? origin.tail : `\n${indent}`;
  return `${open}>${inner}${tail}</${origin.tag}>`;
}

function printedChild(child: Drawn, parent: MjmlElement, indent: string): string {
  const atHome = parent.children.includes(child.origin);
  const gap = atHome ? child.origin.gap : `\n${indent}${STEP}`;
  const own = lastLine(gap);
  const text = printed(child, own);
  // A block that was just added is written at the margin; it moves in with its place.
  return gap + (atHome || child.origin.gap !== "" ? text : text.replaceAll("\n", `\n${own}`));
}

function isUntouched({ origin, attributes, content, children }: Drawn): boolean {
  if (origin.kind === "piece") return true;
  return (
    content === origin.content &&
    sameAttributes(attributes, origin.attributes) &&
    children.length === origin.children.length &&
    children.every((child, at) => child.origin === origin.children[at] && isUntouched(child))
  );
}

function sameAttributes(one: Attributes, other: Attributes): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function quoted(value: string): string {
  // Liquid may hold quotes: it is hidden before markup is read.
  return `"${mapLiquid(value, { outside: (part) => part.replaceAll('"', "&quot;") })}"`;
}

function lastLine(text: string): string {
  return /\n/.test(text) ? (text.split("\n").at(-1) ?? "") : "";
}
