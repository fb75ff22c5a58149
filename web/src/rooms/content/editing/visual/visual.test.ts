import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sourceOf } from "./blocks";
import { type MjmlElement, type MjmlNode, NotVisual, readDocument, readElement, resolved } from "./mjml";
import {
  contentForCanvas,
  contentFromCanvas,
  type Drawn,
  printDocument,
  valueOf,
  writtenValue,
} from "./printing";
import { shownAttributes, usualIn } from "./showing";

const RECIPES = "../src/kesher/journeys/recipes";
const FRAMES = {
  he: readFileSync(join(RECIPES, "frame.he.mjml"), "utf8"),
  en: readFileSync(join(RECIPES, "frame.en.mjml"), "utf8"),
};

/** Every recipe's messages, as they are saved: the head of their file taken off, inside their frame. */
const recipes = readdirSync(RECIPES, { recursive: true, encoding: "utf8" })
  .filter((name) => /\w+\/\w+\.(he|en)\.mjml$/.test(name))
  .map((name): [string, string] => {
    const body = readFileSync(join(RECIPES, name), "utf8").split("\n\n").slice(1).join("\n\n");
    const frame = FRAMES[name.endsWith(".he.mjml") ? "he" : "en"];
    return [name, frame.replace("@@content@@", () => body.trimEnd())];
  });

function drawn(node: MjmlNode): Drawn {
  const element = node.kind === "element" ? node : undefined;
  return {
    origin: node,
    attributes: element?.attributes ?? [],
    content: element?.content ?? null,
    children: (element?.children ?? []).map(drawn),
  };
}

/** The first element of a tag, below a drawn one. */
function find(from: Drawn, tag: string): Drawn {
  const queue = [from];
  for (let each = queue.shift(); each; each = queue.shift()) {
    if (each.origin.kind === "element" && each.origin.tag === tag) return each;
    queue.push(...each.children);
  }
  throw new Error(`there is no ${tag}`);
}

function edited(source: string, change: (body: Drawn) => void): string {
  const document = readDocument(source);
  const body = drawn(document.body);
  change(body);
  return printDocument(document, body);
}

const MESSAGE = `<mjml>
  <mj-head>
    <mj-attributes>
      <mj-all font-family="{{ brand.font }}" />
      <mj-class name="small" font-size="13px" color="#666666" />
      <mj-text color="#222222" font-size="16px" />
    </mj-attributes>
  </mj-head>
  <mj-body background-color="#f4f3ef">
    <!-- the <mj-section> of the year -->
    {% if customer.vip %}
    <mj-section padding="0">
      <mj-column>
        <mj-text mj-class="small">{% if a < b and c == "x" %}Hello <b>you</b>{% endif %}</mj-text>
        {% for p in event.properties.products %}
        <mj-button href='{{ p.url | default: "https://shop.test/?a=1" }}&amp;b=2'>{{ p.name }}</mj-button>
        {% endfor %}
      </mj-column>
    </mj-section>
    {% endif %}
    {% footer %}
  </mj-body>
</mjml>
`;

describe("a message that nobody touches", () => {
  it.each(recipes)("stays what it was: %s", (_, source) => {
    expect(edited(source, () => undefined)).toBe(source);
  });
  it("stays what it was with comments, Liquid between elements, and quotes of both kinds", () => {
    expect(edited(MESSAGE, () => undefined)).toBe(MESSAGE);
  });
});

describe("a message in which one thing changes", () => {
  it.each(recipes)("changes there alone: %s", (_, source) => {
    const after = edited(source, (body) => {
      const text = find(body, "mj-text");
      text.attributes = [...text.attributes, ["css-class", "new"]];
    });
    const [before, now] = [source.split("\n"), after.split("\n")];
    expect(now).toHaveLength(before.length);
    expect(now.filter((line, at) => line !== before[at])).toHaveLength(1);
    expect(after.match(/{[{%][\s\S]*?[%}]}/g)).toEqual(source.match(/{[{%][\s\S]*?[%}]}/g));
  });
  it("takes a new block in with its indentation", () => {
    const after = edited(MESSAGE, (body) =>
      body.children.splice(1, 0, drawn(readElement(sourceOf("columns2", "en")))),
    );
    expect(after).toContain(
      "    <mj-section>\n      <mj-column>\n        <mj-text>Write here.</mj-text>\n      </mj-column>\n",
    );
    expect(readDocument(after).body.children).toHaveLength(readDocument(MESSAGE).body.children.length + 1);
  });
  it("writes an attribute so that it can be read again", () => {
    const after = edited(MESSAGE, (body) => {
      const button = find(body, "mj-button");
      button.attributes = [
        ...button.attributes,
        ["title", writtenValue(`5 < 6 & "so" {{ a | default: "b" }}`)],
      ];
    });
    const button = find(drawn(readDocument(after).body), "mj-button");
    expect(button.attributes.map(([, value]) => valueOf(value))).toEqual([
      `{{ p.url | default: "https://shop.test/?a=1" }}&b=2`,
      `5 < 6 & "so" {{ a | default: "b" }}`,
    ]);
  });
});

describe("what cannot be shown by blocks", () => {
  it.each([
    ["noBody", "<mjml></mjml>"],
    ["liquidInTag", '<mj-body><mj-section {% if x %}padding="0"{% endif %}></mj-section></mj-body>'],
    ["unclosed", "<mj-body><mj-section><mj-column></mj-section></mj-body>"],
    ["unclosed", "<mj-body><mj-section>"],
    ["text", "<mj-body>words</mj-body>"],
    ["text", "<mj-body><div></div></mj-body>"],
  ])("is refused: %s", (reason, source) => {
    let refused: unknown;
    try {
      readDocument(source);
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(NotVisual);
    expect(refused instanceof NotVisual && (reason === "unclosed" || refused.reason === reason)).toBe(true);
  });
});

describe("how an element looks", () => {
  const { body, usual } = readDocument(MESSAGE);
  const text = find(drawn(body), "mj-text").origin as MjmlElement;
  it("has what the head gives to all, to its tag and to its class, then its own", () => {
    expect(resolved(usualIn("rtl", usual), "mj-text", text.attributes)).toMatchObject({
      "font-family": "{{ brand.font }}",
      align: "right",
      color: "#666666",
      "font-size": "13px",
    });
  });
  it("has what is known in place of Liquid, and nothing where nothing is known", () => {
    const attributes = {
      color: "{{ brand.colors.accent | default: '#111111' }}",
      width: "{{ event.width }}",
    };
    expect(shownAttributes(attributes, { brand: { colors: { accent: "#ff0000" } } })).toEqual({
      color: "#ff0000",
    });
    expect(shownAttributes(attributes, {})).toEqual({ color: "#111111" });
    expect(shownAttributes({ src: "{{ p.image }}" }, {}).src).toMatch(/^data:image/);
  });
});

describe("content in a browser", () => {
  it("comes back as it was, Liquid and all", () => {
    const content = `{% if a < b && c > "d" %}<b title="{{ t }}">{{ x | default: "y" }}</b> &amp; more{% endif %}`;
    const box = document.createElement("div");
    box.innerHTML = contentForCanvas(content) ?? "";
    expect(box.querySelectorAll("bdi.liquid")).toHaveLength(3);
    expect(contentFromCanvas(box.innerHTML)).toBe(content);
  });
  it.each([
    "<table>{% for p in products %}<tr><td>{{ p }}</td></tr>{% endfor %}</table>",
    "<span {% if x %}title='a'{% endif %}>words</span>",
  ])("is left alone where a browser would move or lose something: %s", (content) => {
    expect(contentForCanvas(content)).toBeUndefined();
  });
});
