import { ActionIcon, Button, Group, Menu, Stack, Text } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useLocal } from "~/i18n/local";
import { useWords } from "./context";
import { FieldInput } from "./FieldInput";
import { asked, changed, type Field, formOf, type Json, type Rule } from "./rules";
import classes from "./RuleBuilder.module.css";

interface LeafEditorProps {
  leaf: Rule;
  negated: boolean;
  onChange: (leaf: Rule) => void;
  onNegate: () => void;
  onRemove: () => void;
}

/** One condition: its kind, then its fields in reading order; what is optional waits behind "and also". */
export function LeafEditor({ leaf, negated, onChange, onNegate, onRemove }: LeafEditorProps) {
  const { t } = useTranslation("segments");
  const { language } = useWords();
  const local = useLocal();
  const kind = language.leaves.find(({ key }) => key in leaf);
  return (
    <Group className={classes.leaf} wrap="nowrap" align="flex-start" gap="xs">
      <Stack gap={6} style={{ flex: 1, minWidth: 0 }}>
        <Group gap="xs" align="center">
          <Button
            size="compact-xs"
            variant={negated ? "filled" : "default"}
            color="red"
            onClick={onNegate}
            aria-pressed={negated}
          >
            {t("builder.not")}
          </Button>
          <Text size="sm" fw={600}>
            {kind ? local(kind.label) : t("builder.unknown")}
          </Text>
        </Group>
        <RecordEditor values={leaf} formFor={(values) => formOf(values, language)} onChange={onChange} />
      </Stack>
      <ActionIcon variant="subtle" color="gray" onClick={onRemove} aria-label={t("builder.remove")}>
        <IconX size={16} />
      </ActionIcon>
    </Group>
  );
}

interface RecordEditorProps {
  values: Rule;
  formFor: (values: Rule) => Field[];
  onChange: (values: Rule) => void;
}

/** The fields of a leaf, a step, a filter or a measure. */
export function RecordEditor({ values, formFor, onChange }: RecordEditorProps) {
  const { t } = useTranslation("segments");
  const local = useLocal();
  const fields = asked(values, formFor(values));
  const put = (name: string, value: Json | undefined) => onChange(changed(values, name, value, formFor));
  const shown = fields.filter(({ name, required }) => required || name in values);
  const waiting = fields.filter((field) => !shown.includes(field));
  return (
    <Group gap="xs" align="flex-end">
      {shown.map((field) => (
        <FieldInput
          key={field.name}
          field={field}
          values={values}
          value={values[field.name]}
          onChange={(value) => put(field.name, value)}
          onClear={field.required ? undefined : () => put(field.name, undefined)}
        />
      ))}
      {waiting.length > 0 && (
        <Menu position="bottom-start">
          <Menu.Target>
            <Button size="xs" variant="subtle" leftSection={<IconPlus size={14} aria-hidden />}>
              {t("builder.andAlso")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {waiting.map((field) => (
              <Menu.Item key={field.name} onClick={() => put(field.name, startOf(field))}>
                {local(field.label)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </Group>
  );
}

const STARTS: Record<string, Json> = {
  span: { days: 30 },
  filters: [],
  items: [],
  measures: [],
  texts: [],
  whole: 0,
  number: 0,
  count: 1,
};

function startOf(field: Field): Json {
  return (field.default as Json) ?? field.choices[0]?.value ?? STARTS[field.kind] ?? "";
}
