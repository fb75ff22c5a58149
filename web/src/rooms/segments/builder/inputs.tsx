import { Button, CloseButton, Group, NumberInput, Select, Stack, TagsInput } from "@mantine/core";
import { DateTimePicker } from "@mantine/dates";
import { useTranslation } from "react-i18next";
import { useLocal } from "~/i18n/local";
import { useWords } from "./context";
import type { InputProps } from "./FieldInput";
import { RecordEditor } from "./LeafEditor";
import type { Field, Rule } from "./rules";

const UNITS = ["minutes", "hours", "days"] as const;

/** A number, or the two ends of "between". */
export function NumbersInput({ id, label, field, values, value, onChange }: InputProps) {
  const limits = { min: field.smallest ?? undefined, max: field.largest ?? undefined };
  const one = (key: string, shown: unknown, put: (number: number) => void) => (
    <NumberInput
      key={key}
      id={key === "first" ? id : undefined}
      aria-label={key === "first" ? undefined : label}
      size="xs"
      w={90}
      allowDecimal={field.kind !== "whole" && field.kind !== "count"}
      {...limits}
      value={(shown ?? field.default ?? "") as number | string}
      onChange={(next) => typeof next === "number" && put(next)}
    />
  );
  if (values.op !== "between") return one("first", value, onChange);
  const [from, to] = Array.isArray(value) ? value : [value ?? 0, value ?? 0];
  return (
    <Group gap={4}>
      {one("first", from, (next) => onChange([next, to ?? next]))}
      {one("second", to, (next) => onChange([from ?? next, next]))}
    </Group>
  );
}

/** A length of time: `{"days": 30}`. */
export function SpanInput({ id, label, value, onChange }: InputProps) {
  const { t } = useTranslation("segments");
  const [unit = "days", length = 1] = Object.entries((value as Rule | undefined) ?? { days: 30 })[0] ?? [];
  return (
    <Group gap={4}>
      <NumberInput
        id={id}
        size="xs"
        w={70}
        min={1}
        allowDecimal={false}
        value={Number(length)}
        onChange={(next) => typeof next === "number" && onChange({ [unit]: next })}
      />
      <Select
        aria-label={label}
        size="xs"
        w={90}
        allowDeselect={false}
        data={UNITS.map((each) => ({ value: each, label: t(`builder.${each}`) }))}
        value={unit}
        onChange={(next) => next && onChange({ [next]: length })}
      />
    </Group>
  );
}

/** A moment, kept with its zone. */
export function DateTimeInput({ id, value, onChange }: InputProps) {
  return (
    <DateTimePicker
      id={id}
      size="xs"
      w={190}
      valueFormat="DD/MM/YYYY HH:mm"
      value={typeof value === "string" && value ? new Date(value) : null}
      onChange={(next) => onChange(next ? new Date(next).toISOString() : undefined)}
    />
  );
}

/** Several words. */
export function TextsInput({ id, value, onChange }: InputProps) {
  return (
    <TagsInput
      id={id}
      size="xs"
      miw={190}
      value={(value as string[] | undefined) ?? []}
      onChange={onChange}
    />
  );
}

/** The steps of a sequence, in their order. */
export function StepsInput({ field, value, onChange }: InputProps) {
  const { t } = useTranslation("segments");
  return (
    <Records
      records={(value as Rule[] | undefined) ?? []}
      formFor={() => field.fields}
      onChange={onChange}
      fresh={{ event: "" }}
      add={t("builder.addStep")}
    />
  );
}

/** Several measures of the same events. */
export function MeasuresInput({ value, onChange }: InputProps) {
  const { t } = useTranslation("segments");
  const { language } = useWords();
  const event = language.leaves.find(({ key }) => key === "event");
  const formFor = (values: Rule): Field[] => [
    ...(event?.fields.filter(({ name }) => name === "measure") ?? []),
    ...(language.measures.find(({ key }) => key === (values.measure ?? "count"))?.fields ?? []),
  ];
  return (
    <Records
      records={(value as Rule[] | undefined) ?? []}
      formFor={formFor}
      onChange={onChange}
      fresh={{ measure: "count", op: "ge", value: 1 }}
      add={t("builder.addMeasure")}
    />
  );
}

interface RecordsProps {
  records: Rule[];
  formFor: (values: Rule) => Field[];
  onChange: (records: Rule[]) => void;
  fresh: Rule;
  add: string;
}

function Records({ records, formFor, onChange, fresh, add }: RecordsProps) {
  const { t } = useTranslation("segments");
  const local = useLocal();
  const { language } = useWords();
  const and = language.groups.find(({ value }) => value === "all");
  return (
    <Stack gap={6} role="group" aria-label={and ? local(and.label) : undefined}>
      {records.map((record, at) => (
        <Group key={`${at}-${records.length}`} gap={4} align="flex-end">
          <RecordEditor
            values={record}
            formFor={formFor}
            onChange={(next) => onChange(records.map((each, index) => (index === at ? next : each)))}
          />
          <CloseButton
            size={24}
            aria-label={t("builder.remove")}
            onClick={() => onChange(records.filter((_, index) => index !== at))}
          />
        </Group>
      ))}
      <Button size="compact-xs" variant="subtle" onClick={() => onChange([...records, fresh])}>
        {add}
      </Button>
    </Stack>
  );
}
