import { Group, Stack, Textarea } from "@mantine/core";
import { type KeyboardEvent, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Personalise } from "./Personalise";
import classes from "./SourceArea.module.css";

interface SourceAreaProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
  readOnly: boolean;
}

const STEP = "  ";

/** Source to write in: Tab indents; after Escape it moves on, as everywhere else. */
export function SourceArea({ label, value, onChange, error, readOnly }: SourceAreaProps) {
  const { t } = useTranslation("content");
  const leaving = useRef(false);
  const place = useRef<HTMLTextAreaElement>(null);
  const insert = (text: string) => {
    const area = place.current;
    if (!area) return;
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    onChange(area.value);
    area.focus();
  };
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const leaves = leaving.current;
    leaving.current = event.key === "Escape" || (leaves && event.key === "Shift");
    if (event.key !== "Tab" || event.shiftKey || leaves || readOnly) return;
    event.preventDefault();
    insert(STEP);
  };
  return (
    <Stack gap="xs">
      <Textarea
        ref={place}
        className={classes.source}
        label={label}
        description={t("editor.sourceKeys")}
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
        onKeyDown={press}
        error={error && <span className={classes.problem}>{error}</span>}
        readOnly={readOnly}
        dir="ltr"
        rows={24}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        styles={{ label: { direction: "inherit" } }}
      />
      {!readOnly && (
        <Group>
          <Personalise onInsert={insert} label={t("personal.source")} />
        </Group>
      )}
    </Stack>
  );
}
