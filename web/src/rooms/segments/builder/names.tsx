import { Autocomplete, Select, TextInput } from "@mantine/core";
import { useLocal } from "~/i18n/local";
import { useWords } from "./context";
import type { InputProps } from "./FieldInput";
import type { Words } from "./context";

const WIDTH = 190;

/** A trait, an event or an event's property: known names are offered, new ones may be written. */
export function NameInput({ id, field, values, value, onChange }: InputProps) {
  const words = useWords();
  return (
    <Autocomplete
      id={id}
      size="xs"
      w={WIDTH}
      data={[...new Set(namesFor(field.kind, String(values.event ?? ""), words))]}
      limit={50}
      value={String(value ?? "")}
      onChange={onChange}
    />
  );
}

function namesFor(kind: string, event: string, { vocabulary }: Words): string[] {
  if (kind === "trait") return vocabulary.traits.map(({ name }) => name);
  if (kind === "event") {
    return [...vocabulary.events].sort((a, b) => Number(a.system) - Number(b.system)).map(({ name }) => name);
  }
  const of = vocabulary.events.filter(({ name }) => !event || name === event);
  return of.flatMap(({ properties }) => properties.map(({ path }) => path));
}

/** One of the choices that the form names. */
export function ChoiceInput({ id, field, value, onChange }: InputProps) {
  const local = useLocal();
  return (
    <Select
      id={id}
      size="xs"
      w={WIDTH}
      data={field.choices.map(({ value: each, label }) => ({ value: each, label: local(label) }))}
      allowDeselect={false}
      value={(value ?? field.default ?? null) as string | null}
      onChange={(chosen) => onChange(chosen ?? undefined)}
    />
  );
}

/** A thing of the workspace: a segment, a template, a journey, … */
export function ReferenceInput({ id, field, value, onChange }: InputProps) {
  const { vocabulary } = useWords();
  const local = useLocal();
  const things = vocabulary.things[field.of] ?? [];
  return (
    <Select
      id={id}
      size="xs"
      w={WIDTH}
      searchable
      data={things.map(({ key, name }) => ({ value: key, label: local(name) || key }))}
      value={typeof value === "string" && value ? value : null}
      onChange={(chosen) => onChange(chosen ?? undefined)}
    />
  );
}

/** A line of text. */
export function TextLineInput({ id, value, onChange }: InputProps) {
  return (
    <TextInput
      id={id}
      size="xs"
      w={WIDTH}
      value={String(value ?? "")}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
