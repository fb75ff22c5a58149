/** How one attribute of an element is asked for. */
export interface Field {
  name: string;
  kind: "color" | "text" | "align" | "address";
}

const PADDING: Field = { name: "padding", kind: "text" };
const ALIGN: Field = { name: "align", kind: "align" };
const GROUND: Field = { name: "background-color", kind: "color" };
const WIDTH: Field = { name: "width", kind: "text" };
const ROUND: Field = { name: "border-radius", kind: "text" };
const COLOR: Field = { name: "color", kind: "color" };
const SIZE: Field = { name: "font-size", kind: "text" };
const ADDRESS: Field = { name: "href", kind: "address" };

const FIELDS: Record<string, Field[]> = {
  "mj-body": [GROUND, WIDTH],
  "mj-wrapper": [GROUND, PADDING],
  "mj-section": [GROUND, PADDING],
  "mj-group": [GROUND, WIDTH],
  "mj-column": [GROUND, WIDTH, PADDING],
  "mj-text": [ALIGN, COLOR, SIZE, PADDING],
  "mj-button": [ADDRESS, GROUND, COLOR, SIZE, ROUND, ALIGN, PADDING],
  "mj-image": [{ name: "alt", kind: "text" }, ADDRESS, WIDTH, ALIGN, ROUND, PADDING],
  "mj-divider": [{ name: "border-color", kind: "color" }, { name: "border-width", kind: "text" }, PADDING],
  "mj-spacer": [{ name: "height", kind: "text" }],
};

/** What can be said about an element. */
export function fieldsOf(tag: string): Field[] {
  return FIELDS[tag] ?? [];
}
