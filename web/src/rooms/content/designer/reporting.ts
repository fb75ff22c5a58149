import type { Component } from "grapesjs";
import type { MjmlNode } from "../editing/visual/mjml";
import { valueOf } from "../editing/visual/printing";
import type { OutlineRow, Selected } from "../editing/visual/protocol";
import type { Keeper } from "./kept";

type LabelOf = (source: string) => string;

/** The message from top to bottom. */
export function outlineOf(component: Component, keeper: Keeper, labelOf: LabelOf, depth = 0): OutlineRow[] {
  const node = keeper.nodeOf(component);
  if (!node) return [];
  const text = node.kind === "piece" ? labelOf(node.source) : wordsOf(component, keeper);
  const { models } = component.components();
  const below = models.flatMap((child: Component) => outlineOf(child, keeper, labelOf, depth + 1));
  return [{ id: component.getId(), tag: tagOf(node), depth, text: text.slice(0, 60) }, ...below];
}

/** What the app needs to know about the chosen element to ask for its attributes. */
export function selectedOf(component: Component | undefined, keeper: Keeper): Selected | null {
  const node = component && keeper.nodeOf(component);
  if (!component || !node) return null;
  const drawn = !String(component.get("type")).startsWith("kesher");
  const tag = tagOf(node);
  const written = keeper.attributesOf(component).map(([name, value]) => [name, valueOf(value)]);
  return {
    id: component.getId(),
    tag,
    attributes: drawn ? Object.fromEntries(written) : {},
    inherited: drawn ? keeper.inheritedOf(component) : {},
    content: drawn && tag === "mj-button" ? wordsOf(component, keeper) : null,
    drawn,
    may: { write: drawn && tag === "mj-text", ...placesOf(component, node) },
  };
}

function placesOf(component: Component, node: MjmlNode) {
  const last = (component.parent()?.components().length ?? 1) - 1;
  const movable = component.get("draggable") !== false && node.kind === "element";
  return {
    remove: Boolean(component.get("removable")),
    copy: Boolean(component.get("copyable")),
    up: movable && component.index() > 0,
    down: movable && component.index() < last,
  };
}

function wordsOf(component: Component, keeper: Keeper): string {
  const written = keeper.contentOf(component) ?? component.get("attributes")?.alt ?? "";
  return valueOf(String(written).replaceAll(/<[^>]*>/g, " ")).trim();
}

function tagOf(node: MjmlNode): string {
  return node.kind === "piece" ? "" : node.tag;
}
