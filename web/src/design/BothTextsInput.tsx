import { SimpleGrid, TextInput } from "@mantine/core";
import type { Schema } from "~/api/client";
import { directionOf, LANGUAGES, type Language } from "~/i18n";

interface BothTextsInputProps {
  label: string;
  value: Schema<"BothTexts">;
  onChange: (value: Schema<"BothTexts">) => void;
  error?: string | undefined;
  required?: boolean;
  readOnly?: boolean;
}

const ORDER: Language[] = ["he", "en"];

/** One short text in both languages, side by side. */
export function BothTextsInput(props: BothTextsInputProps) {
  const { label, value, onChange, error, required = false, readOnly = false } = props;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
      {ORDER.map((language) => (
        <TextInput
          key={language}
          label={`${label} · ${LANGUAGES[language]}`}
          value={value[language]}
          onChange={({ currentTarget }) => onChange({ ...value, [language]: currentTarget.value })}
          error={error}
          required={required}
          readOnly={readOnly}
          lang={language}
          dir={directionOf(language)}
          maxLength={500}
        />
      ))}
    </SimpleGrid>
  );
}
