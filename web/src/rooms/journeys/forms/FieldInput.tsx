import { Switch } from "@mantine/core";
import type { ReactNode } from "react";
import type { Field, Json, JsonMap } from "../definition/types";
import { useLanguage } from "../editing/useTypes";
import { ChoiceInput, NodeInput, ReferenceInput } from "./choosing";
import { ItemsInput, RecordInput } from "./nested";
import { DateInput, DatesInput, DaysInput, LengthInput, MomentInput, TimeInput } from "./times";
import { RuleInput } from "./RuleInput";
import { JsonInput } from "./JsonInput";
import {
  CurrencyInput,
  EventInput,
  NameInput,
  ShareInput,
  TextArea,
  TextLine,
  TraitInput,
  WholeInput,
} from "./words";
import { ValuesInput } from "./ValuesInput";
import { WhereInput } from "./WhereInput";

/** What every input of a form is given. */
export interface InputProps {
  field: Field;
  /** The field's path in the step, as the API names the places of mistakes. */
  path: string;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
  /** What is wrong here, in the reader's language. */
  error: ReactNode;
  label: string;
  help: string | undefined;
  disabled: boolean;
}

/** Beside a field: what else is written in the same form, and its mistakes. */
export interface FormProps {
  fields: readonly Field[];
  data: JsonMap;
  onChange: (data: JsonMap) => void;
  /** The mistakes by the path of their field. */
  problems: ReadonlyMap<string, string>;
  disabled: boolean;
  prefix?: string;
}

const LONG = 300;
const INPUTS: Record<string, (props: InputProps) => ReactNode> = {
  choice: ChoiceInput,
  reference: ReferenceInput,
  node: NodeInput,
  duration: LengthInput,
  offset: LengthInput,
  local_time: TimeInput,
  local_moment: MomentInput,
  date: DateInput,
  dates: DatesInput,
  days: DaysInput,
  whole: WholeInput,
  share: ShareInput,
  currency: CurrencyInput,
  event: EventInput,
  trait: TraitInput,
  name: NameInput,
  values: ValuesInput,
  where: WhereInput,
  rule: RuleInput,
  headers: JsonInput,
  json: JsonInput,
  paths: JsonInput,
};

/** The fields of a form in their order, but for ways: the canvas and the list of ways draw those. */
export function Fields({ fields, data, onChange, problems, disabled, prefix = "" }: FormProps) {
  return fields
    .filter((field) => field.kind !== "target" && isAsked(field, data))
    .map((field) => (
      <FieldInput
        key={field.name}
        field={field}
        path={prefix + field.name}
        value={data[field.name]}
        problems={problems}
        disabled={disabled}
        onChange={(value) => onChange(changed(data, field.name, value))}
      />
    ));
}

interface FieldInputProps {
  field: Field;
  path: string;
  value: Json | undefined;
  problems: ReadonlyMap<string, string>;
  disabled: boolean;
  onChange: (value: Json | undefined) => void;
}

function FieldInput({ field, path, value, problems, disabled, onChange }: FieldInputProps) {
  const language = useLanguage();
  const label = field.label[language];
  const help = field.help?.[language];
  const common = { field, path, value, onChange, label, help, disabled, error: problems.get(path) };
  if (field.kind === "items") return <ItemsInput {...common} problems={problems} />;
  if (field.kind === "record") return <RecordInput {...common} problems={problems} />;
  if (field.kind === "boolean") {
    return (
      <Switch
        label={label}
        description={help}
        error={common.error}
        disabled={disabled}
        checked={Boolean(value ?? field.default)}
        onChange={(event) => {
          const on = event.currentTarget.checked;
          onChange(on === field.default ? undefined : on);
        }}
      />
    );
  }
  const Input =
    INPUTS[field.kind] ?? ((field.longest ?? 0) > LONG || field.kind === "liquid" ? TextArea : TextLine);
  return <Input {...common} />;
}

function isAsked(field: Field, data: JsonMap): boolean {
  return Object.entries(field.when).every(([name, values]) => values.includes(String(data[name])));
}

function changed(data: JsonMap, name: string, value: Json | undefined): JsonMap {
  if (value !== undefined) return { ...data, [name]: value };
  return Object.fromEntries(Object.entries(data).filter(([each]) => each !== name));
}
