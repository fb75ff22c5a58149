import { Autocomplete, NumberInput, Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { isMap } from "../definition/paths";
import { useVocabulary } from "../editing/useTypes";
import type { InputProps } from "./FieldInput";

const CODES = new Set(["key", "context_name", "property", "url", "code", "email"]);
const CURRENCIES = ["ILS", "USD", "EUR", "GBP"];

/** A line of text; what a computer reads runs from left to right. */
export function TextLine({ field, value, onChange, label, help, error, disabled }: InputProps) {
  return (
    <TextInput
      type={field.kind === "email" ? "email" : "text"}
      label={label}
      description={help}
      error={error}
      disabled={disabled}
      withAsterisk={field.required}
      maxLength={field.longest ?? 2000}
      dir={CODES.has(field.kind) ? "ltr" : "auto"}
      value={asText(value ?? field.default)}
      onChange={({ currentTarget }) => onChange(currentTarget.value || undefined)}
    />
  );
}

/** Text of several lines, perhaps with Liquid. */
export function TextArea({ field, value, onChange, label, help, error, disabled }: InputProps) {
  return (
    <Textarea
      label={label}
      description={help}
      error={error}
      disabled={disabled}
      withAsterisk={field.required}
      maxLength={field.longest ?? 5000}
      dir="auto"
      autosize
      minRows={field.name === "subject" ? 1 : 3}
      maxRows={12}
      value={asText(value)}
      onChange={({ currentTarget }) => onChange(currentTarget.value || undefined)}
    />
  );
}

/** The name of an event, of those that the workspace has seen or of one that is still to come. */
export function EventInput(props: InputProps) {
  const events = useVocabulary()?.events.map(({ name }) => name) ?? [];
  return <Known {...props} data={events} />;
}

/** An attribute of people. */
export function TraitInput(props: InputProps) {
  const traits = useVocabulary()?.traits.map(({ name }) => name) ?? [];
  return <Known {...props} data={traits} />;
}

/** A currency by its code. */
export function CurrencyInput(props: InputProps) {
  return <Known {...props} data={CURRENCIES} />;
}

/** A whole number. */
export function WholeInput({ field, value, onChange, label, help, error, disabled }: InputProps) {
  return (
    <NumberInput
      label={label}
      description={help}
      error={error}
      disabled={disabled}
      withAsterisk={field.required}
      allowDecimal={false}
      thousandSeparator=","
      value={Number(value ?? field.default ?? Number.NaN)}
      onChange={(count) => onChange(count === "" ? undefined : Number(count))}
    />
  );
}

/** A share, written `10%`. */
export function ShareInput({ field, value, onChange, label, help, error, disabled }: InputProps) {
  return (
    <NumberInput
      label={label}
      description={help}
      error={error}
      disabled={disabled}
      min={0}
      max={100}
      suffix="%"
      value={Number.parseFloat(asText(value ?? field.default)) || 0}
      onChange={(share) => onChange(Number(share) > 0 ? `${share}%` : undefined)}
    />
  );
}

/** What people call the thing, in both languages. */
export function NameInput({ value, onChange, error, disabled }: InputProps) {
  const { t } = useTranslation("journeys");
  const names = isMap(value) ? value : { en: value, he: value };
  const change = (language: "en" | "he", text: string) => {
    const both = { en: asText(names.en), he: asText(names.he), [language]: text };
    onChange({ en: both.en || both.he, he: both.he || both.en });
  };
  return (["he", "en"] as const).map((language) => (
    <TextInput
      key={language}
      label={t(`form.nameIn.${language}`)}
      error={error}
      disabled={disabled}
      dir="auto"
      value={asText(names[language])}
      onChange={({ currentTarget }) => change(language, currentTarget.value)}
    />
  ));
}

function Known({
  field,
  value,
  onChange,
  label,
  help,
  error,
  disabled,
  data,
}: InputProps & { data: string[] }) {
  return (
    <Autocomplete
      label={label}
      description={help}
      error={error}
      disabled={disabled}
      withAsterisk={field.required}
      data={data}
      limit={60}
      dir="auto"
      value={asText(value)}
      onChange={(text) => onChange(text || (field.required ? "" : undefined))}
    />
  );
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}
