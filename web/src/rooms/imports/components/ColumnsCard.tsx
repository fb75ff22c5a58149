import { Autocomplete, Group, Select, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { api, type Schema } from "~/api/client";
import { Card } from "~/design/Card";
import classes from "./ColumnsCard.module.css";
import type { ColumnChoice, ImportDetail } from "./useImport";

type Target = Schema<"Target">;
const TARGETS: Target[] = ["user_id", "email", "phone", "trait", "consent", "skip"];
const TYPES = ["text", "number", "bool", "date", "datetime", "list"] as const;
const SAMPLES = 3;

interface ColumnsCardProps {
  file: ImportDetail;
  mapping: ColumnChoice[];
  onChange: (mapping: ColumnChoice[]) => void;
  /** What is wrong with a column, by its place in the file. */
  wrong: Map<number, string>;
}

/** What each column of the file is: as it was recognised, until somebody says otherwise. */
export function ColumnsCard({ file, mapping, onChange, wrong }: ColumnsCardProps) {
  const { t } = useTranslation("imports");
  const { data: traits } = api.useQuery("get", "/api/traits");
  const known = new Map(traits?.map(({ name, type }) => [name, type]));
  const put = (changed: ColumnChoice) =>
    onChange(mapping.map((each) => (each.column === changed.column ? changed : each)));
  return (
    <Card title={t("columns.title")}>
      <Text c="var(--quiet)">{t("columns.what")}</Text>
      <div>
        {mapping.map((choice) => (
          <ColumnLine
            key={choice.column}
            name={file.header[choice.column] || t("columns.nameless", { number: choice.column + 1 })}
            samples={samplesOf(file, choice.column)}
            choice={choice}
            known={known}
            error={wrong.get(choice.column)}
            onChange={put}
          />
        ))}
      </div>
    </Card>
  );
}

function samplesOf({ samples }: ImportDetail, column: number): string[] {
  return [...new Set(samples.map((row) => row[column]?.trim() ?? "").filter(Boolean))].slice(0, SAMPLES);
}

interface ColumnLineProps {
  name: string;
  samples: string[];
  choice: ColumnChoice;
  known: Map<string, Schema<"TraitType">>;
  error: string | undefined;
  onChange: (choice: ColumnChoice) => void;
}

function ColumnLine({ name, samples, choice, known, error, onChange }: ColumnLineProps) {
  const { t } = useTranslation("imports");
  const isTrait = choice.target === "trait";
  const chooseTarget = (target: Target) =>
    onChange({
      ...choice,
      target,
      trait: target === "trait" ? (choice.trait ?? name) : null,
      type: target === "trait" ? (choice.type ?? "text") : null,
    });
  return (
    <div className={classes.column} role="group" aria-label={name}>
      <div>
        <Text fw={600}>
          <bdi>{name}</bdi>
        </Text>
        <Text size="sm" c="var(--quiet)" className={classes.samples}>
          {samples.length === 0
            ? t("columns.empty")
            : samples.map((sample, at) => (
                <span key={sample}>
                  {at > 0 && " · "}
                  <bdi>{sample}</bdi>
                </span>
              ))}
        </Text>
      </div>
      <Group gap="xs" align="flex-start">
        <Select
          aria-label={t("columns.is", { name })}
          data={TARGETS.map((value) => ({ value, label: t(`targets.${value}`) }))}
          value={choice.target}
          onChange={(value) => value && chooseTarget(value as Target)}
          error={isTrait ? undefined : error}
          allowDeselect={false}
          flex="1 1 150px"
        />
        {isTrait && <TraitInputs {...{ name, choice, known, error, onChange }} />}
      </Group>
    </div>
  );
}

function TraitInputs({ name, choice, known, error, onChange }: Omit<ColumnLineProps, "samples">) {
  const { t } = useTranslation("imports");
  const type = known.get(choice.trait ?? "");
  return (
    <>
      <Autocomplete
        aria-label={t("columns.trait", { name })}
        data={[...known].filter(([, each]) => each !== "object").map(([each]) => each)}
        value={choice.trait ?? ""}
        onChange={(trait) => onChange({ ...choice, trait, type: known.get(trait) ?? choice.type ?? "text" })}
        error={error}
        maxLength={200}
        limit={50}
        flex="1 1 150px"
      />
      <Select
        aria-label={t("columns.type", { name })}
        title={type ? t("columns.typeKnown") : undefined}
        data={TYPES.map((value) => ({ value, label: t(`types.${value}`) }))}
        value={type ?? choice.type}
        onChange={(value) => value && onChange({ ...choice, type: value as typeof choice.type })}
        disabled={type !== undefined}
        allowDeselect={false}
        flex="0 1 130px"
      />
    </>
  );
}
