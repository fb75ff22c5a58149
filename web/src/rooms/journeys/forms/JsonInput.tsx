import { JsonInput as MantineJson } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Json } from "../definition/types";
import type { InputProps } from "./FieldInput";

/** Whatever has no form of its own is written as JSON; it counts once it can be read. */
export function JsonInput({ field, value, onChange, label, help, error, disabled }: InputProps) {
  const { t } = useTranslation("journeys");
  const [text, setText] = useState(value === undefined ? "" : JSON.stringify(value, null, 2));
  return (
    <MantineJson
      label={label}
      description={help}
      error={error}
      disabled={disabled}
      withAsterisk={field.required}
      validationError={t("form.notJson")}
      dir="ltr"
      autosize
      minRows={3}
      maxRows={14}
      spellCheck={false}
      ff="monospace"
      value={text}
      onChange={(next) => {
        setText(next);
        const read = readJson(next);
        if (read.sound) onChange(read.value);
      }}
    />
  );
}

/** The value of a text, or nothing when it is no JSON; an empty text takes the value away. */
export function readJson(text: string): { sound: boolean; value?: Json | undefined } {
  if (!text.trim()) return { sound: true, value: undefined };
  try {
    return { sound: true, value: JSON.parse(text) as Json };
  } catch {
    return { sound: false };
  }
}
