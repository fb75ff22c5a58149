import type { Component, ComponentDefinition } from "grapesjs";
import { type Attributes, type MjmlDocument, type MjmlNode, resolved } from "../editing/visual/mjml";
import { contentForCanvas, contentFromCanvas, type Drawn } from "../editing/visual/printing";

/** What can be drawn and edited as itself; everything else is a box that keeps its source. */
const DRAWN = new Set([
  ...["mj-body", "mj-wrapper", "mj-section", "mj-group", "mj-column"],
  ...["mj-text", "mj-button", "mj-image", "mj-divider", "mj-spacer"],
]);
/** Inside these, the canvas has rows of a table. */
const ROWS = new Set(["mj-column"]);

interface Kept {
  node: MjmlNode;
  inherited: Record<string, string>;
  content: string;
}

/** Remembers from which part of the source each component of the canvas came, so that it can be written back. */
export class Keeper {
  private readonly kept: Kept[] = [];

  constructor(private readonly usual: MjmlDocument["usual"]) {}

  /** The component for a node of the source. */
  definitionOf(node: MjmlNode, parent = ""): ComponentDefinition {
    if (node.kind === "piece" || !DRAWN.has(node.tag)) return this.box(node, parent);
    const content = contentForCanvas(node.content ?? "");
    if (content === undefined) return this.box(node, parent);
    const origin = this.keep(node, content);
    return {
      type: node.tag,
      tagName: node.tag,
      attributes: resolved(this.usual, node.tag, node.attributes),
      content,
      origin,
      components: node.children.map((child) => this.definitionOf(child, node.tag)),
    };
  }

  /** The node from which a component came. */
  nodeOf(component: Component): MjmlNode | undefined {
    return this.of(component)?.node;
  }

  /** What an element has without what is written in it. */
  inheritedOf(component: Component): Record<string, string> {
    return this.of(component)?.inherited ?? {};
  }

  /** What is written in a component now, beyond what it inherits. */
  attributesOf(component: Component): Attributes {
    const kept = this.of(component);
    if (!kept || kept.node.kind === "piece") return [];
    const now: Record<string, string> = component.get("attributes") ?? {};
    const before = Object.fromEntries(kept.node.attributes);
    const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
    return names
      .filter((name) => now[name] !== undefined)
      .filter((name) => now[name] === before[name] || now[name] !== kept.inherited[name])
      .map((name) => [name, now[name] ?? ""]);
  }

  /** The content of a component; `live` is what is being written in it just now. */
  contentOf(component: Component, live?: string): string | null {
    const kept = this.of(component);
    if (!kept || kept.node.kind === "piece" || kept.node.content === null) return null;
    const now = live ?? String(component.get("content") ?? "");
    return now === kept.content ? kept.node.content : contentFromCanvas(now);
  }

  /** What stands on the canvas from a component on; `live` is asked for content that is being written. */
  drawn(component: Component, live: (component: Component) => string | undefined): Drawn | undefined {
    const kept = this.of(component);
    if (!kept) return undefined;
    const { models } = component.components();
    return {
      origin: kept.node,
      attributes: this.attributesOf(component),
      content: this.contentOf(component, live(component)),
      children: models.flatMap((child: Component) => this.drawn(child, live) ?? []),
    };
  }

  private box(node: MjmlNode, parent: string): ComponentDefinition {
    const movable = node.kind === "element";
    return {
      type: movable ? "kesher-box" : "kesher-piece",
      tagName: ROWS.has(parent) ? "tr" : "div",
      origin: this.keep(node, ""),
      source: node.source,
      ...(movable && { draggable: `[data-gjs-type="${parent}"]` }),
    };
  }

  private keep(node: MjmlNode, content: string): number {
    const inherited =
      node.kind === "piece" ? {} : resolved(this.usual, node.tag, node.attributes.filter(isClass));
    this.kept.push({ node, inherited, content });
    return this.kept.length - 1;
  }

  private of(component: Component): Kept | undefined {
    return this.kept[Number(component.get("origin") ?? -1)];
  }
}

function isClass([name]: readonly [string, string]): boolean {
  return name === "mj-class";
}
