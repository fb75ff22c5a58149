import { Checkbox, Group, Input, NumberInput, Select, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { dayName } from "../definition/summary";
import { type Length, readLength, sayUnit, type Unit, UNITS, writeLength } from "../definition/durations";
import { useLanguage } from "../editing/useTypes";
import type { InputProps } from "./FieldInput";

const A_DAY: Length = { count: 1, unit: "d", before: false };
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** A length of time: a number and its unit; of an offset also before or after. */
export function LengthInput({ field, value, onChange, label, help, error, disabled }: InputProps) {
  const { t } = useTranslation("journeys");
  const language = useLanguage();
  const written = readLength(value ?? field.default);
  const change = (part: Partial<Length>) => onChange(writeLength({ ...A_DAY, ...written, ...part }));
  const units = UNITS.map((unit) => ({ value: unit, label: sayUnit(unit, written?.count ?? 2, language) }));
  return (
    <Input.Wrapper
      label={label}
      description={help}
      error={error}
      withAsterisk={field.required}
      labelElement="div"
    >
      <Group gap="xs" wrap="nowrap" mt={4}>
        <NumberInput
          aria-label={t("form.countOf", { label })}
          min={1}
          allowDecimal={false}
          allowNegative={false}
          disabled={disabled}
          value={written?.count ?? ""}
          onChange={(count) => (count === "" ? onChange(undefined) : change({ count: Number(count) || 1 }))}
          w={90}
        />
        <Select
          aria-label={t("form.unitOf", { label })}
          data={units}
          value={written?.unit ?? "d"}
          onChange={(unit) => change({ unit: unit as Unit })}
          allowDeselect={false}
          disabled={disabled}
          flex={1}
        />
        {field.kind === "offset" && (
          <Select
            aria-label={t("form.beforeOrAfter")}
            data={[
              { value: "before", label: t("form.before") },
              { value: "after", label: t("form.after") },
            ]}
            value={written?.before ? "before" : "after"}
            onChange={(side) => change({ before: side === "before" })}
            allowDeselect={false}
            disabled={disabled}
            flex={1}
          />
        )}
      </Group>
    </Input.Wrapper>
  );
}

/** A time of day. */
export function TimeInput({ field, value, onChange, label, help, error, disabled }: InputProps) {
  const written = value ?? field.default;
  return (
    <TextInput
      label={label}
      description={help}
      error={error}
      disabled={disabled}
      dir="ltr"
      inputMode="numeric"
      placeholder="09:00"
      value={typeof written === "string" ? written : ""}
      onChange={({ currentTarget }) => onChange(currentTarget.value || undefined)}
      onBlur={({ currentTarget }) => {
        const found = /^(\d{1,2})(?::?(\d{2}))?$/.exec(currentTarget.value.trim());
        if (found) onChange(`${(found[1] ?? "").padStart(2, "0")}:${found[2] ?? "00"}`);
      }}
    />
  );
}

/** A day of the calendar. */
export function DateInput(props: InputProps) {
  return <Native {...props} type="date" />;
}

/** A day and a time by the workspace's clock. */
export function MomentInput(props: InputProps) {
  return <Native {...props} type="datetime-local" />;
}

/** Days of the month: 1, 15, last. */
export function DatesInput({ value, onChange, label, help, error, disabled }: InputProps) {
  const { t } = useTranslation("journeys");
  return (
    <TextInput
      label={label}
      description={help ?? t("form.datesHelp")}
      error={error}
      disabled={disabled}
      dir="ltr"
      placeholder="1, 15, last"
      defaultValue={Array.isArray(value) ? value.join(", ") : ""}
      onBlur={({ currentTarget }) => {
        const parts = currentTarget.value.split(/[\s,]+/).filter(Boolean);
        onChange(
          parts.length > 0 ? parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part)) : undefined,
        );
      }}
    />
  );
}

/** Days of the week, Sunday first. */
export function DaysInput({ field, value, onChange, label, help, error, disabled }: InputProps) {
  const language = useLanguage();
  const written = value ?? field.default;
  const chosen = Array.isArray(written) ? written.map(String) : [];
  return (
    <Checkbox.Group
      label={label}
      description={help}
      error={error}
      value={chosen}
      onChange={(days) => onChange(DAYS.filter((day) => days.includes(day)))}
    >
      <Group gap="xs" mt={6}>
        {DAYS.map((day) => (
          <Checkbox key={day} value={day} label={dayName(day, language)} disabled={disabled} size="xs" />
        ))}
      </Group>
    </Checkbox.Group>
  );
}

function Native({
  field,
  value,
  onChange,
  label,
  help,
  error,
  disabled,
  type,
}: InputProps & { type: string }) {
  return (
    <TextInput
      type={type}
      label={label}
      description={help}
      error={error}
      disabled={disabled}
      withAsterisk={field.required}
      dir="ltr"
      value={typeof value === "string" ? value : ""}
      onChange={({ currentTarget }) => onChange(currentTarget.value || undefined)}
    />
  );
}
