import { Autocomplete, Group, NumberInput, Select, TagsInput } from "@mantine/core";
import { DateInput } from "@mantine/dates";
import { useTranslation } from "react-i18next";
import { useWords, type Words } from "./context";
import type { InputProps } from "./FieldInput";
import type { Json, Rule } from "./rules";

/** What a trait or a property is compared with: as many values as the operator takes, of the kind that it has. */
export function ValueInput({ id, label, values, value, onChange }: InputProps) {
  const { language } = useWords();
  const { kind, known } = useKind(values);
  const arity = language.operators.find(({ key }) => key === values.op)?.arity ?? "one";
  if (arity === "many") {
    const list = Array.isArray(value) ? value : [];
    return (
      <TagsInput
        id={id}
        size="xs"
        miw={190}
        data={known.map(String)}
        value={list.map(String)}
        onChange={(texts) => onChange(texts.map((text) => (kind === "number" ? Number(text) : text)))}
      />
    );
  }
  if (arity === "pair") {
    const [from, to] = Array.isArray(value) ? value : ["", ""];
    return (
      <Group gap={4}>
        <OneValue
          id={id}
          kind={kind}
          known={known}
          value={from}
          onChange={(next) => onChange([next, to ?? next])}
        />
        <OneValue
          label={label}
          kind={kind}
          known={known}
          value={to}
          onChange={(next) => onChange([from ?? next, next])}
        />
      </Group>
    );
  }
  return <OneValue id={id} kind={kind} known={known} value={value} onChange={onChange} />;
}

interface OneValueProps {
  id?: string;
  label?: string;
  kind: string;
  known: Json[];
  value: Json | undefined;
  onChange: (value: Json) => void;
}

function OneValue({ id, label, kind, known, value, onChange }: OneValueProps) {
  const { t } = useTranslation("segments");
  const common = { id, "aria-label": label, size: "xs" } as const;
  if (kind === "number") {
    return (
      <NumberInput
        {...common}
        w={110}
        value={typeof value === "number" ? value : ""}
        onChange={(next) => typeof next === "number" && onChange(next)}
      />
    );
  }
  if (kind === "bool") {
    return (
      <Select
        {...common}
        w={110}
        allowDeselect={false}
        data={[
          { value: "true", label: t("builder.true") },
          { value: "false", label: t("builder.false") },
        ]}
        value={typeof value === "boolean" ? String(value) : null}
        onChange={(next) => onChange(next === "true")}
      />
    );
  }
  if (kind === "date") {
    const day = typeof value === "string" && value ? value : null;
    return (
      <DateInput
        {...common}
        w={150}
        valueFormat="YYYY-MM-DD"
        value={day}
        onChange={(next) => onChange(next ?? "")}
      />
    );
  }
  return (
    <Autocomplete
      {...common}
      w={170}
      data={known.map(String)}
      limit={20}
      value={String(value ?? "")}
      onChange={onChange}
    />
  );
}

const KINDS: Record<string, string> = {
  number: "number",
  integer: "number",
  bool: "bool",
  boolean: "bool",
  date: "date",
};

/** Of what kind the value is, by what the rule says of it or else by what is known; and the values to offer. */
function useKind(values: Rule): { kind: string; known: Json[] } {
  const { vocabulary } = useWords();
  const trait = vocabulary.traits.find(({ name }) => name === values.trait);
  const type = typeof values.as === "string" ? values.as : (trait?.type ?? propertyType(values, vocabulary));
  return { kind: KINDS[type ?? "text"] ?? "text", known: (trait?.values ?? []) as Json[] };
}

function propertyType(values: Rule, vocabulary: Words["vocabulary"]): string | undefined {
  if (values.measure !== undefined && values.of !== undefined) return "number";
  const properties = vocabulary.events.flatMap((event) => event.properties);
  return properties.find(({ path }) => path === values.property)?.type;
}
