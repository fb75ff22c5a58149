import type { Component, Editor } from "grapesjs";
import { shownAttributes, type Values } from "../editing/visual/showing";

/** What is known while a message is drawn, and how boxes are called. */
export interface Look {
  values: Values;
  names: Record<string, string>;
  labelOf: (source: string) => string;
}

interface Drawing {
  el: HTMLElement;
  model: Component;
}

const TAGS = [
  ...["mj-body", "mj-wrapper", "mj-section", "mj-group", "mj-column"],
  ...["mj-text", "mj-button", "mj-image", "mj-divider", "mj-spacer"],
];

/** Makes the preset's elements look as the server will make them, and adds the boxes that keep their source. */
export function teachTypes(editor: Editor, look: Look): void {
  for (const tag of TAGS) {
    editor.Components.addType(tag, {
      model: {
        // MJML's own defaults hold, not the preset's: they would outweigh a shorthand such as padding="0".
        defaults: { name: look.names[tag] ?? tag, "style-default": {} },
        getMjmlAttributes(this: Component) {
          return shownAttributes(this.get("attributes") ?? {}, look.values);
        },
      },
    });
  }
  editor.Components.addType("mj-column", {
    view: {
      getMjmlTemplate(this: { model: Component }) {
        // Liquid between columns is no column.
        const columns = this.model
          .parent()
          ?.components()
          .filter((each: Component) => each.get("type") === "mj-column");
        const others = "<mj-column></mj-column>".repeat(Math.max(0, (columns?.length ?? 1) - 1));
        return { start: "<mjml><mj-body><mj-section>", end: `${others}</mj-section></mj-body></mjml>` };
      },
    },
  });
  const still = {
    name: look.names.kept ?? "",
    droppable: false,
    editable: false,
    stylable: false,
    highlightable: false,
    source: "",
  };
  const view = { onRender: (drawing: Drawing) => drawBox(drawing, look) };
  editor.Components.addType("kesher-box", { model: { defaults: still }, view });
  editor.Components.addType("kesher-piece", {
    model: { defaults: { ...still, draggable: false, removable: false, copyable: false } },
    view,
  });
}

function drawBox({ el, model }: Drawing, look: Look): void {
  const { ownerDocument } = el;
  const box = ownerDocument.createElement("div");
  box.className = model.get("type") ?? "";
  box.textContent = look.labelOf(String(model.get("source") ?? ""));
  box.dir = "auto";
  if (el.tagName !== "TR") return el.replaceChildren(box);
  const cell = ownerDocument.createElement("td");
  cell.append(box);
  el.style.display = "table";
  el.style.width = "100%";
  el.replaceChildren(cell);
}
