import { Group, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { directionOf } from "~/i18n";
import { at, type Place, type Variant } from "../editing/draft";
import { Personalise } from "./Personalise";

interface VariantFieldsProps {
  variant: Variant;
  onChange: (change: Partial<Variant>) => void;
  places: Place[];
  readOnly: boolean;
  /** Beside each other where there is room. */
  wide: boolean;
}

/** What an inbox shows of a message in one language: its subject, and what stands after it. */
export function VariantFields({ variant, onChange, places, readOnly, wide }: VariantFieldsProps) {
  const { t } = useTranslation("content");
  const { language } = variant;
  const subject = useRef<HTMLInputElement>(null);
  const preheader = useRef<HTMLInputElement>(null);
  const last = useRef<"subject" | "preheader">("subject");
  const own = { lang: language, dir: directionOf(language), readOnly, maxLength: 500 };
  const insert = (text: string) => {
    const field = last.current;
    const input = field === "subject" ? subject.current : preheader.current;
    if (!input) return;
    const { selectionStart, selectionEnd, value } = input;
    const [start, end] = [selectionStart ?? value.length, selectionEnd ?? value.length];
    onChange({ [field]: value.slice(0, start) + text + value.slice(end) });
    input.focus();
  };
  return (
    <Stack gap="xs">
      <SimpleGrid cols={{ base: 1, sm: wide ? 2 : 1 }} spacing="sm">
        <TextInput
          {...own}
          ref={subject}
          label={t("editor.subject")}
          value={variant.subject}
          onFocus={() => (last.current = "subject")}
          onChange={({ currentTarget }) => onChange({ subject: currentTarget.value })}
          error={at(places, language, "subject")}
          required
        />
        <TextInput
          {...own}
          ref={preheader}
          label={t("editor.preheader")}
          placeholder={t("editor.preheaderWhat")}
          value={variant.preheader}
          onFocus={() => (last.current = "preheader")}
          onChange={({ currentTarget }) => onChange({ preheader: currentTarget.value })}
          error={at(places, language, "preheader")}
        />
      </SimpleGrid>
      {!readOnly && (
        <Group>
          <Personalise onInsert={insert} label={t("personal.inbox")} />
        </Group>
      )}
    </Stack>
  );
}
