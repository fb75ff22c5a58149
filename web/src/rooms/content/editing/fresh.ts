import { directionOf } from "~/i18n";
import type { Draft, Variant } from "./draft";

const WORDS = {
  he: {
    title: "שלום{% if customer.first_name %} {{ customer.first_name }}{% endif %}",
    body: "כאן כותבים את ההודעה.",
    button: "לאתר",
  },
  en: {
    title: "Hello{% if customer.first_name %} {{ customer.first_name }}{% endif %}",
    body: "Write the message here.",
    button: "To the site",
  },
};

/** A new template: a short message in both languages, in the brand's colours, with its footer. */
export function freshDraft(name: Draft["name"], fallback: string): Draft {
  return {
    name,
    fallback_language: fallback === "he" ? "he" : "en",
    missing: "default",
    variants: [freshVariant("he", name.he || name.en), freshVariant("en", name.en || name.he)],
  };
}

/** A short message in one language. */
export function freshVariant(language: "he" | "en", subject: string): Variant {
  const start = directionOf(language) === "rtl" ? "right" : "left";
  const words = WORDS[language];
  const body = `<mjml>
  <mj-head>
    <mj-attributes>
      <mj-all font-family="{{ brand.font }}" />
      <mj-text align="${start}" font-size="16px" line-height="1.6" />
      <mj-button align="${start}" border-radius="8px" background-color="#3b44c3" color="#ffffff" />
    </mj-attributes>
  </mj-head>
  <mj-body>
    <mj-section>
      <mj-column>
        <mj-text font-size="24px" font-weight="bold">${words.title}</mj-text>
        <mj-text>${words.body}</mj-text>
        <mj-button href="{{ brand.website_url }}">${words.button}</mj-button>
      </mj-column>
    </mj-section>
    <mj-section>
      <mj-column>
        <mj-text font-size="13px" color="#5c6070">{% footer %}</mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>
`;
  return { language, subject, preheader: "", body_format: "mjml", body, text: "" };
}
