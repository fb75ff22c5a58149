import grapesjs, { type Component, type ComponentDefinition, type Editor } from "grapesjs";
import mjml from "grapesjs-mjml";
import { type MjmlDocument, NotVisual, readDocument, readElement } from "../editing/visual/mjml";
import { printDocument, writtenValue } from "../editing/visual/printing";
import type { Deed, FromDesigner, ToDesigner } from "../editing/visual/protocol";
import { usualIn } from "../editing/visual/showing";
import { Keeper } from "./kept";
import { outlineOf, selectedOf } from "./reporting";
import { settingsOf } from "./settings";
import { type Look, teachTypes } from "./types";
import { Writing } from "./writing";

const REST_MS = 250;
// The preset is a UMD bundle: its plugin lies one level deeper than its types say.
const preset = (mjml as unknown as { default?: typeof mjml }).default ?? mjml;
/** The elements alone: no blocks, panels or looks of its own, and no fonts from elsewhere. */
const PRESET = {
  blocks: [],
  resetStyleManager: false,
  resetDevices: false,
  useCustomTheme: false,
  fonts: { none: "" },
};
/** What takes a new element. */
const holderOf = (tag: string) => (tag === "mj-section" ? "mj-body" : "mj-column");

/** The canvas on which one message is drawn and changed. What nobody touched stays as it was written. */
export class Designer {
  private readonly editor: Editor;
  private readonly writing: Writing;
  private readonly look: Look;
  private document: MjmlDocument | undefined;
  private keeper: Keeper | undefined;
  private told = "";
  private timer = 0;

  constructor(
    place: HTMLElement,
    private readonly names: Record<string, string>,
    private readonly tell: (message: FromDesigner) => void,
  ) {
    this.look = { values: {}, names, labelOf: (source) => this.labelOf(source) };
    this.editor = grapesjs.init({
      ...settingsOf(place, () => this.tell({ kind: "picture" })),
      plugins: [(editor) => preset(editor, PRESET)],
    });
    teachTypes(this.editor, this.look);
    this.writing = new Writing(this.editor, () => this.rest());
    this.editor.on("component:add component:remove component:update component:input", () => this.rest());
    this.editor.on("component:selected component:deselected undo redo", () => this.rest());
    this.editor.on("canvas:drop", (_, dropped) => this.editor.select([dropped].flat()[0]));
  }

  /** Calls back once the canvas can take a message. */
  whenReady(then: () => void): void {
    this.editor.onReady(then);
  }

  /** Does what the app asks. */
  take(message: ToDesigner): void {
    switch (message.kind) {
      case "open":
        return this.open(message);
      case "add":
        return this.add(message.source);
      case "drag":
        return this.drag(message.source);
      case "select":
        return void this.editor.select(this.find(message.id), { scroll: true });
      case "set":
        return this.set(message.name, message.value);
      case "content":
        return void this.editor.getSelected()?.set("content", writtenValue(message.value));
      case "width":
        return this.widen(message.pixels);
      case "do":
        return this.perform(message.deed);
      default:
        return this.write(message);
    }
  }

  private write(message: Extract<ToDesigner, { kind: "format" | "link" | "insert" }>): void {
    if (message.kind === "format") this.writing.format(message.how);
    else if (message.kind === "link") this.writing.link(writtenValue(message.address));
    else this.writing.insert(message.text);
  }

  private open({
    source,
    direction,
    language,
    values,
    readOnly,
  }: Extract<ToDesigner, { kind: "open" }>): void {
    this.editor.trigger("toolbar:run:before", {});
    this.document = this.keeper = undefined;
    let read: MjmlDocument;
    try {
      read = readDocument(source);
    } catch (error) {
      if (!(error instanceof NotVisual)) throw error;
      return this.tell({ kind: "refused", reason: error.reason, line: error.line });
    }
    this.look.values = values;
    const keeper = new Keeper(usualIn(direction, read.usual));
    this.face(direction, language, readOnly);
    const body = keeper.definitionOf(read.body);
    this.editor.setComponents([
      { type: "mjml", tagName: "mjml", components: [body] },
    ] as ComponentDefinition[]);
    this.editor.UndoManager.clear();
    [this.document, this.keeper, this.told] = [read, keeper, source];
    // Before anybody may touch it: what is drawn must be written back as it was read.
    if (this.printed() !== source) {
      this.document = this.keeper = undefined;
      return this.tell({ kind: "refused", reason: "changed", line: 1 });
    }
    this.rest();
  }

  private face(direction: "rtl" | "ltr", language: string, readOnly: boolean): void {
    const page = this.editor.Canvas.getDocument()?.documentElement;
    if (!page) return;
    page.dir = direction;
    page.lang = language;
    page.inert = readOnly;
  }

  /** Tells what changed, once there is a moment's rest. */
  private rest(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.report(), REST_MS);
  }

  private report(): void {
    const source = this.printed();
    if (source === undefined) return;
    if (source !== this.told) {
      this.told = source;
      this.tell({ kind: "changed", source });
    }
    const { UndoManager } = this.editor;
    const { body, keeper } = this;
    if (!body || !keeper) return;
    this.tell({
      kind: "state",
      outline: outlineOf(body, keeper, this.look.labelOf),
      selected: selectedOf(this.editor.getSelected(), keeper),
      writing: this.writing.active,
      undo: UndoManager.hasUndo(),
      redo: UndoManager.hasRedo(),
    });
  }

  private get body(): Component | undefined {
    return this.all("mj-body")[0];
  }

  private all(type: string): Component[] {
    return this.editor.getWrapper()?.findType(type) ?? [];
  }

  private printed(): string | undefined {
    const { body } = this;
    if (!body || !this.document) return undefined;
    const live = (component: Component) =>
      this.writing.active && component === this.editor.getEditing() ? this.liveContent(component) : undefined;
    const drawn = this.keeper?.drawn(body, live);
    return drawn && printDocument(this.document, drawn);
  }

  /** What is being written just now, unless nothing was. */
  private liveContent(component: Component): string | undefined {
    const view = component.view as unknown as { getChildrenContainer(): HTMLElement; lastContent?: string };
    const now = view.getChildrenContainer().innerHTML;
    return now === view.lastContent ? undefined : now;
  }

  private set(name: string, value: string): void {
    const component = this.editor.getSelected();
    if (!component) return;
    const written = value === "" ? this.keeper?.inheritedOf(component)[name] : writtenValue(value);
    if (written === undefined) component.removeAttributes(name);
    else component.addAttributes({ [name]: written });
  }

  private add(source: string): void {
    const node = readElement(source);
    const wanted = holderOf(node.tag);
    const [parent, at] = this.placeFor(wanted);
    if (!parent || !this.keeper) return;
    const inside = parent.get("type") === wanted ? node : readElement(inColumn(source));
    const [added] = parent.append(this.keeper.definitionOf(inside, wanted), { at });
    this.editor.select(added && (inside === node ? added : added.findType(node.tag)[0]), { scroll: true });
  }

  /** Behind what is chosen, in the nearest element that takes it; at the end of the message when nothing is chosen. */
  private placeFor(wanted: string): [parent: Component | undefined, at: number] {
    const chosen = this.editor.getSelected();
    const line = chosen ? [chosen, ...chosen.parents()] : [];
    const found = line.findIndex((each) => each.get("type") === wanted);
    const child = line[found - 1];
    const parent = line[found] ?? this.all(wanted).at(-1) ?? this.body;
    return [parent, child && line[found] ? child.index() + 1 : (parent?.components().length ?? 0)];
  }

  private drag(source: string | null): void {
    const node = source === null ? undefined : readElement(source);
    const content = node && this.keeper?.definitionOf(node, holderOf(node.tag));
    this.editor.getModel().set({ dragResult: null, dragSource: content && { content } });
  }

  private perform(deed: Deed): void {
    const { editor } = this;
    const component = editor.getSelected();
    if (deed === "undo" || deed === "redo") editor.UndoManager[deed]();
    else if (deed === "write") component?.trigger("active");
    else if (deed === "remove") component?.remove();
    else if (deed === "copy") this.copy(component);
    else this.move(component, deed);
    this.rest();
  }

  private copy(component: Component | undefined): void {
    const [copied] = component?.parent()?.append(component.clone(), { at: component.index() + 1 }) ?? [];
    if (copied) this.editor.select(copied);
  }

  private move(component: Component | undefined, way: "up" | "down"): void {
    const parent = component?.parent();
    if (!component || !parent) return;
    component.move(parent, { at: component.index() + (way === "up" ? -1 : 2) });
    this.editor.select(component);
  }

  private widen(pixels: number | null): void {
    this.editor.setDevice(pixels === null ? "desktop" : "phone");
  }

  private find(id: string): Component | undefined {
    return this.editor.Components.getById(id);
  }

  private labelOf(source: string): string {
    if (/^{%-?\s*footer\b/.test(source)) return this.names.footer ?? source;
    const name = /^<(mj-[\w-]+)/.exec(source)?.[1];
    return name ? `${this.names[name] ?? name} · ${this.names.inCode ?? ""}` : source.slice(0, 120);
  }
}

function inColumn(source: string): string {
  return `<mj-section>\n  <mj-column>\n    ${source.replaceAll("\n", "\n    ")}\n  </mj-column>\n</mj-section>`;
}
