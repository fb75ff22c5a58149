import { ActionIcon, Button, Group, Input, Select, Stack, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { isMap } from "../definition/paths";
import type { Json, JsonMap } from "../definition/types";
import type { InputProps } from "./FieldInput";
import { readPlain } from "./plain";

const ORIGINS = ["value", "event", "trait", "run"] as const;
type Origin = (typeof ORIGINS)[number];

/** Names and their values: written down, or taken from the entry event, the person, or what the run remembers. */
export function ValuesInput({ value, onChange, label, help, error, disabled }: InputProps) {
  const { t } = useTranslation("journeys");
  const rows = isMap(value) ? Object.entries(value) : [];
  const keep = (next: [string, Json | undefined][]) =>
    onChange(next.length > 0 ? (Object.fromEntries(next) as JsonMap) : undefined);
  return (
    <Input.Wrapper label={label} description={help} error={error} labelElement="div">
      <Stack gap="xs" mt={4}>
        {rows.map(([name, given], at) => (
          <Row
            key={at}
            name={name}
            given={given ?? ""}
            disabled={disabled}
            onChange={(changed) =>
              keep(rows.flatMap((row, place) => (place === at ? (changed ? [changed] : []) : [row])))
            }
          />
        ))}
        <Button
          variant="light"
          size="xs"
          disabled={disabled || rows.some(([name]) => name === "")}
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => keep([...rows, ["", ""]])}
        >
          {t("values.add")}
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}

interface RowProps {
  name: string;
  given: Json;
  disabled: boolean;
  onChange: (row: [string, Json] | undefined) => void;
}

function Row({ name, given, disabled, onChange }: RowProps) {
  const { t } = useTranslation("journeys");
  const [origin, text] = taken(given);
  const write = (from: Origin, what: string): [string, Json] => [
    name,
    from === "value" ? readPlain(what) : { [from]: what },
  ];
  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      <Stack gap={6} flex={1}>
        <TextInput
          aria-label={t("values.name")}
          placeholder={t("values.name")}
          dir="auto"
          disabled={disabled}
          value={name}
          onChange={({ currentTarget }) => onChange([currentTarget.value, given])}
        />
        <Group gap={6} wrap="nowrap">
          <Select
            aria-label={t("values.from")}
            data={ORIGINS.map((each) => ({ value: each, label: t(`values.${each}`) }))}
            value={origin}
            onChange={(from) => onChange(write(from as Origin, text))}
            allowDeselect={false}
            disabled={disabled}
            flex={1}
          />
          <TextInput
            aria-label={t("values.what")}
            dir="auto"
            disabled={disabled}
            value={text}
            onChange={({ currentTarget }) => onChange(write(origin, currentTarget.value))}
            flex={1}
          />
        </Group>
      </Stack>
      <ActionIcon
        variant="subtle"
        color="gray"
        mt={4}
        aria-label={t("form.remove")}
        disabled={disabled}
        onClick={() => onChange(undefined)}
      >
        <IconTrash size={16} aria-hidden />
      </ActionIcon>
    </Group>
  );
}

function taken(given: Json): [Origin, string] {
  if (isMap(given)) {
    const [[from, path] = ["value", ""]] = Object.entries(given);
    return [ORIGINS.find((each) => each === from) ?? "value", String(path)];
  }
  return ["value", Array.isArray(given) ? JSON.stringify(given) : String(given ?? "")];
}
