import { Button, CloseButton, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useWords } from "./context";
import type { InputProps } from "./FieldInput";
import { RecordEditor } from "./LeafEditor";
import { groupOf, insideNot, type Rule } from "./rules";

/** Filters over an event's properties, all of which must pass; one may look at the items inside an array. */
export function FiltersInput({ value, onChange }: InputProps) {
  const { t } = useTranslation("segments");
  const { language } = useWords();
  const filters = (value as Rule[] | undefined) ?? [];
  const put = (at: number, next: Rule | undefined) =>
    onChange(filters.flatMap((each, index) => (index === at ? (next ? [next] : []) : [each])));
  const formOf = (filter: Rule) => ("items" in filter ? language.items : language.filters);
  return (
    <Stack gap={6}>
      {filters.map((filter, at) => (
        <Group key={`${at}-${filters.length}`} gap={4} align="flex-end">
          {groupOf(filter) || insideNot(filter) ? (
            <Text size="xs" ff="monospace" dir="ltr">
              {JSON.stringify(filter)}
            </Text>
          ) : (
            <RecordEditor values={filter} formFor={formOf} onChange={(next) => put(at, next)} />
          )}
          <CloseButton size={24} aria-label={t("builder.remove")} onClick={() => put(at, undefined)} />
        </Group>
      ))}
      <Group gap="xs">
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={() => onChange([...filters, { property: "", op: "eq", value: "" }])}
        >
          {t("builder.addFilter")}
        </Button>
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={() => onChange([...filters, { items: "", where: [] }])}
        >
          {t("builder.addItems")}
        </Button>
      </Group>
    </Stack>
  );
}
