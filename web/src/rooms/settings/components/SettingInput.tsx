import { NumberInput, Select, Switch, TextInput } from "@mantine/core";
import type { Schema } from "~/api/client";
import { useLocal } from "~/i18n/local";

export type SettingValue = string | number | boolean | null | undefined;

interface SettingInputProps {
  setting: Schema<"ProviderSetting">;
  value: SettingValue;
  onChange: (value: SettingValue) => void;
}

/** One field of a provider's settings, as its kind describes it. */
export function SettingInput({ setting, value, onChange }: SettingInputProps) {
  const local = useLocal();
  const common = {
    label: local(setting.label),
    description: local(setting.help),
    required: setting.required,
  };
  if (setting.kind === "boolean") {
    return (
      <Switch
        label={common.label}
        description={common.description}
        checked={value === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  }
  if (setting.kind === "number") {
    return (
      <NumberInput
        {...common}
        value={typeof value === "number" ? value : ""}
        onChange={(entered) => onChange(entered === "" ? null : Number(entered))}
      />
    );
  }
  if (setting.kind === "choice") {
    return (
      <Select
        {...common}
        data={setting.choices}
        value={typeof value === "string" ? value : null}
        onChange={onChange}
        allowDeselect={!setting.required}
      />
    );
  }
  return (
    <TextInput
      {...common}
      type={setting.kind === "email" ? "email" : "text"}
      dir="ltr"
      value={typeof value === "string" ? value : ""}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
