import { CloseButton, Group, Input } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { useLocal } from "~/i18n/local";
import { DateTimeInput, MeasuresInput, NumbersInput, SpanInput, StepsInput, TextsInput } from "./inputs";
import { FiltersInput } from "./FiltersInput";
import { ChoiceInput, NameInput, ReferenceInput, TextLineInput } from "./names";
import type { Field, Json, Rule } from "./rules";
import { ValueInput } from "./ValueInput";

/** What every input gets: its value, its name for screen readers, and the field and values around it. */
export interface InputProps {
  id: string;
  label: string;
  field: Field;
  values: Rule;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
}

const INPUTS: Record<string, (props: InputProps) => React.ReactNode> = {
  trait: NameInput,
  event: NameInput,
  property: NameInput,
  choice: ChoiceInput,
  channel: ChoiceInput,
  reference: ReferenceInput,
  grade: TextLineInput,
  text: TextLineInput,
  texts: TextsInput,
  whole: NumbersInput,
  number: NumbersInput,
  count: NumbersInput,
  span: SpanInput,
  moment: DateTimeInput,
  value: ValueInput,
  filters: FiltersInput,
  items: StepsInput,
  measures: MeasuresInput,
};

interface FieldInputProps extends Omit<InputProps, "id" | "label"> {
  onClear: (() => void) | undefined;
}

/** One field of a rule's form with its label; an optional one can be taken out again. */
export function FieldInput({ onClear, ...props }: FieldInputProps) {
  const { t } = useTranslation("segments");
  const local = useLocal();
  const id = useId();
  const label = local(props.field.label);
  const Input_ = INPUTS[props.field.kind] ?? TextLineInput;
  return (
    <div>
      <Group gap={2} justify="space-between">
        <Input.Label htmlFor={id} size="xs" c="dimmed" fw={500}>
          {label}
        </Input.Label>
        {onClear && <CloseButton size={24} onClick={onClear} aria-label={t("builder.takeOut", { label })} />}
      </Group>
      <Input_ id={id} label={label} {...props} />
    </div>
  );
}
