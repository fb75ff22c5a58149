import { Stack, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { directionOf } from "~/i18n";
import { at, type Place, type Variant } from "../editing/draft";
import { SourceArea } from "./SourceArea";

interface VariantFieldsProps {
  variant: Variant;
  onChange: (change: Partial<Variant>) => void;
  places: Place[];
  readOnly: boolean;
}

/** A message in one language: its subject, what an inbox shows after it, and its source. */
export function VariantFields({ variant, onChange, places, readOnly }: VariantFieldsProps) {
  const { t } = useTranslation("content");
  const { language } = variant;
  const own = { lang: language, dir: directionOf(language), readOnly };
  return (
    <Stack gap="sm">
      <TextInput
        {...own}
        label={t("editor.subject")}
        value={variant.subject}
        onChange={({ currentTarget }) => onChange({ subject: currentTarget.value })}
        error={at(places, language, "subject")}
        maxLength={500}
        required
      />
      <TextInput
        {...own}
        label={t("editor.preheader")}
        description={t("editor.preheaderWhat")}
        value={variant.preheader}
        onChange={({ currentTarget }) => onChange({ preheader: currentTarget.value })}
        error={at(places, language, "preheader")}
        maxLength={500}
      />
      <SourceArea
        label={t(variant.body_format === "html" ? "editor.html" : "editor.mjml")}
        value={variant.body}
        onChange={(body) => onChange({ body })}
        error={at(places, language, "body")}
        readOnly={readOnly}
      />
    </Stack>
  );
}
