import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { summaryOf } from "../definition/summary";
import { useEditor } from "../editing/Editor";
import { useLanguage, useNaming, useVocabulary } from "../editing/useTypes";
import type { InputProps } from "./FieldInput";

/** One of a few words. */
export function ChoiceInput({ field, value, onChange, label, help, error, disabled }: InputProps) {
  const language = useLanguage();
  return (
    <Select
      label={label}
      description={help}
      error={error}
      disabled={disabled}
      data={field.choices.map((choice) => ({ value: choice.value, label: choice.label[language] }))}
      value={asText(value ?? field.default)}
      onChange={(chosen) => onChange(chosen ?? undefined)}
      allowDeselect={false}
      clearable={!field.required && field.default === null}
      withAsterisk={field.required}
    />
  );
}

/** A template, a topic, a segment: a thing of the workspace. */
export function ReferenceInput({ field, value, onChange, label, help, error, disabled }: InputProps) {
  const { t } = useTranslation("journeys");
  const language = useLanguage();
  const things = useVocabulary()?.things[field.of] ?? [];
  const data = things.map(({ key, name }) => ({ value: key, label: name[language] }));
  const written = asText(value);
  // What was named and is gone still shows, so that its mistake can be understood.
  if (written && !things.some(({ key }) => key === written)) data.push({ value: written, label: written });
  return (
    <Select
      label={label}
      description={help}
      error={error}
      disabled={disabled}
      data={data}
      value={written}
      onChange={(chosen) => onChange(chosen ?? undefined)}
      searchable
      clearable={!field.required}
      withAsterisk={field.required}
      placeholder={t("form.choose")}
      nothingFoundMessage={t("form.nothingToChoose")}
    />
  );
}

/** Another step of the journey. */
export function NodeInput({ field, value, onChange, label, help, error, disabled }: InputProps) {
  const steps = useStepNames();
  return (
    <Select
      label={label}
      description={help}
      error={error}
      disabled={disabled}
      data={steps}
      value={asText(value)}
      onChange={(chosen) => onChange(chosen ?? undefined)}
      searchable
      clearable={!field.required}
    />
  );
}

/** The steps of the journey by what stands on them. */
export function useStepNames(): { value: string; label: string }[] {
  const { draft, kinds } = useEditor();
  const naming = useNaming();
  return Object.entries(draft.definition.nodes).map(([key, step]) => {
    const type = kinds.types.get(step.type);
    const said = summaryOf(step, type?.fields ?? [], naming) || key;
    return { value: key, label: `${type?.name[naming.language] ?? step.type}: ${said}` };
  });
}

function asText(value: unknown): string | null {
  return typeof value === "string" && value ? value : null;
}
