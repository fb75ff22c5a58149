import { ActionIcon, Button, Fieldset, Group, Input, Paper, Stack, Switch, Text } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { freshItem } from "../definition/fresh";
import { isMap } from "../definition/paths";
import type { Field, Json, JsonMap } from "../definition/types";
import { Fields, type InputProps } from "./FieldInput";

type NestedProps = InputProps & { problems: ReadonlyMap<string, string> };

/** Fields within a field; one that is not required can be switched off as a whole. */
export function RecordInput({
  field,
  path,
  value,
  onChange,
  label,
  help,
  error,
  disabled,
  problems,
}: NestedProps) {
  const { written, shown, optional } = readRecord(field, value);
  const toggle = (
    <Switch
      label={label}
      {...(!shown && help && { description: help })}
      checked={written !== undefined}
      disabled={disabled}
      onChange={(event) => onChange(event.currentTarget.checked ? {} : undefined)}
    />
  );
  if (!shown && !error) return toggle;
  return (
    <Fieldset legend={optional ? toggle : label} p="sm">
      <Stack gap="sm">
        {help && <Input.Description>{help}</Input.Description>}
        {error && <Input.Error>{error}</Input.Error>}
        {shown && (
          <Fields
            fields={field.fields}
            data={shown}
            onChange={onChange}
            problems={problems}
            disabled={disabled}
            prefix={`${path}.`}
          />
        )}
      </Stack>
    </Fieldset>
  );
}

function readRecord(field: Field, value: Json | undefined) {
  const usual = isMap(field.default) ? field.default : undefined;
  const written = isMap(value) ? value : undefined;
  const optional = !field.required && !usual;
  return { written, optional, shown: written ?? (optional ? undefined : (usual ?? {})) };
}

/** A list of records: branches, paths, texts. Their order counts, so they can be moved. */
export function ItemsInput({
  field,
  path,
  value,
  onChange,
  label,
  help,
  error,
  disabled,
  problems,
}: NestedProps) {
  const { t } = useTranslation("journeys");
  const items = Array.isArray(value) ? value : [];
  const put = (at: number, item: Json) => onChange(items.map((each, place) => (place === at ? item : each)));
  const move = (at: number, by: number) => {
    const moved = [...items];
    moved.splice(at + by, 0, ...moved.splice(at, 1));
    onChange(moved);
  };
  return (
    <Stack gap="xs" role="group" aria-label={label}>
      <Text fw={500} size="sm">
        {label}
      </Text>
      {help && <Input.Description>{help}</Input.Description>}
      {error && <Input.Error>{error}</Input.Error>}
      {items.map((item, at) => (
        <Paper key={at} withBorder p="sm">
          <Stack gap="sm">
            <Group justify="space-between">
              <Text size="xs" c="var(--quiet)" className="numbers">
                {at + 1}
              </Text>
              <Group gap={2}>
                <Tool
                  icon={IconArrowUp}
                  label={t("form.up")}
                  off={disabled || at === 0}
                  onClick={() => move(at, -1)}
                />
                <Tool
                  icon={IconArrowDown}
                  label={t("form.down")}
                  off={disabled || at === items.length - 1}
                  onClick={() => move(at, 1)}
                />
                <Tool
                  icon={IconTrash}
                  label={t("form.remove")}
                  off={disabled || (field.required && items.length === 1)}
                  onClick={() => onChange(orNothing(items.filter((_, place) => place !== at)))}
                />
              </Group>
            </Group>
            <Fields
              fields={field.fields}
              data={asMap(item)}
              onChange={(changed) => put(at, changed)}
              problems={problems}
              disabled={disabled}
              prefix={`${path}[${at}].`}
            />
          </Stack>
        </Paper>
      ))}
      <Button
        variant="light"
        size="xs"
        disabled={disabled}
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => onChange([...items, freshItem(field.fields, items)])}
      >
        {t("form.addTo", { label })}
      </Button>
    </Stack>
  );
}

interface ToolProps {
  icon: typeof IconPlus;
  label: string;
  off: boolean;
  onClick: () => void;
}

function Tool({ icon: Picture, label, off, onClick }: ToolProps) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="md"
      aria-label={label}
      disabled={off}
      onClick={onClick}
      {...(off && { bg: "transparent" })}
    >
      <Picture size={16} aria-hidden />
    </ActionIcon>
  );
}

function orNothing(items: Json[]): Json | undefined {
  return items.length > 0 ? items : undefined;
}

function asMap(value: Json | undefined): JsonMap {
  return isMap(value) ? value : {};
}
