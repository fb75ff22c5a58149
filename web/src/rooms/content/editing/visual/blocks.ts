import { directionOf } from "~/i18n";
import type { Block } from "./protocol";

const WORDS = {
  he: { text: "כאן כותבים.", button: "לפרטים" },
  en: { text: "Write here.", button: "Read more" },
};

/** The source of a new block in a language. */
export function sourceOf(block: Block, language: string): string {
  const words = WORDS[directionOf(language) === "rtl" ? "he" : "en"];
  switch (block) {
    case "text":
      return `<mj-text>${words.text}</mj-text>`;
    case "button":
      return `<mj-button href="{{ brand.website_url }}">${words.button}</mj-button>`;
    case "image":
      return `<mj-image src="" alt="" />`;
    case "divider":
      return `<mj-divider border-width="1px" border-color="#d5d8e0" />`;
    case "spacer":
      return `<mj-spacer height="24px" />`;
    default: {
      const column = `  <mj-column>\n    <mj-text>${words.text}</mj-text>\n  </mj-column>\n`;
      return `<mj-section>\n${column.repeat(Number(block.at(-1)))}</mj-section>`;
    }
  }
}
