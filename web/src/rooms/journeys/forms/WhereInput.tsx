import { ActionIcon, Autocomplete, Button, Group, Input, Select, Stack, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { isMap, without } from "../definition/paths";
import type { Json, JsonMap } from "../definition/types";
import { useLanguage, useVocabulary } from "../editing/useTypes";
import type { InputProps } from "./FieldInput";
import { readPlain } from "./plain";
import { JsonInput } from "./JsonInput";

/** Conditions on the properties of an event, one a line; what is nested deeper is written as JSON. */
export function WhereInput(props: InputProps) {
  const { value, onChange, label, help, error, disabled } = props;
  const { t } = useTranslation("journeys");
  const rows = Array.isArray(value) ? value : [];
  if (!rows.every(isPlain)) return <JsonInput {...props} />;
  const put = (at: number, row: JsonMap | undefined) => {
    const next = rows.flatMap((each, place) => (place === at ? (row ? [row] : []) : [each]));
    onChange(next.length > 0 ? next : undefined);
  };
  return (
    <Input.Wrapper label={label} description={help} error={error} labelElement="div">
      <Stack gap="xs" mt={4}>
        {rows.map((row, at) => (
          <Row key={at} row={row} disabled={disabled} onChange={(changed) => put(at, changed)} />
        ))}
        <Button
          variant="light"
          size="xs"
          disabled={disabled}
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => onChange([...rows, { property: "", op: "eq", value: "" }])}
        >
          {t("where.add")}
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}

interface RowProps {
  row: JsonMap;
  disabled: boolean;
  onChange: (row: JsonMap | undefined) => void;
}

function Row({ row, disabled, onChange }: RowProps) {
  const { t } = useTranslation("journeys");
  const events = useVocabulary()?.events ?? [];
  const paths = [...new Set(events.flatMap(({ properties }) => properties.map(({ path }) => path)))].sort();
  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      <Stack gap={6} flex={1}>
        <Autocomplete
          aria-label={t("where.property")}
          placeholder={t("where.property")}
          data={paths}
          limit={40}
          dir="ltr"
          disabled={disabled}
          value={textOf(row.property)}
          onChange={(property) => onChange({ ...row, property })}
        />
        <Comparison row={row} disabled={disabled} onChange={onChange} />
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

function Comparison({ row, disabled, onChange }: RowProps) {
  const { t } = useTranslation("journeys");
  const language = useLanguage();
  const query = useQuery({ ...api.queryOptions("get", "/api/rule-language"), staleTime: 300_000 });
  const operators = query.data?.operators ?? [];
  const arityOf = (op: unknown) => operators.find(({ key }) => key === op)?.arity ?? "one";
  const arity = arityOf(row.op);
  const choose = (op: string | null) => {
    const next = arityOf(op);
    onChange(
      next === "nothing" ? { ...without(row, "value"), op } : { ...row, op, value: fitting(row.value, next) },
    );
  };
  return (
    <Group gap={6} wrap="nowrap">
      <Select
        aria-label={t("where.operator")}
        data={operators.map(({ key, label }) => ({ value: key, label: label[language] }))}
        value={textOf(row.op)}
        onChange={choose}
        allowDeselect={false}
        disabled={disabled}
        flex={1}
      />
      {arity !== "nothing" && (
        <TextInput
          aria-label={t("where.value")}
          placeholder={t(arity === "one" ? "where.value" : "where.values")}
          dir="auto"
          disabled={disabled}
          value={Array.isArray(row.value) ? row.value.join(", ") : textOf(row.value)}
          onChange={({ currentTarget }) => onChange({ ...row, value: readValue(currentTarget.value, arity) })}
          flex={1}
        />
      )}
    </Group>
  );
}

function textOf(value: Json | undefined): string {
  return value === undefined || value === null ? "" : String(value);
}

function isPlain(row: Json): row is JsonMap {
  return isMap(row) && typeof row.property === "string" && typeof row.op === "string" && !isMap(row.value);
}

function fitting(value: Json | undefined, arity: string): Json {
  if (arity === "one") return Array.isArray(value) ? (value[0] ?? "") : (value ?? "");
  return Array.isArray(value) ? value : value === undefined || value === "" ? [] : [value];
}

function readValue(text: string, arity: string): Json {
  return arity === "one" ? readPlain(text) : text.split(",").map((part) => readPlain(part.trimStart()));
}
