import { Group, Select, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { Card } from "~/design/Card";
import { Refusal } from "~/design/Refusal";
import { useFormat } from "~/i18n/format";
import { type ImportDetail, useImportChange } from "./useImport";

type Reading = Schema<"ImportReading">;
const ENCODINGS = ["utf-8-sig", "utf-16", "cp1255", "cp1252"] as const;
const DELIMITERS = { ",": "comma", ";": "semicolon", "\t": "tab", "|": "bar" } as const;

/** How the file is written, as it was found out; another way can be chosen when its letters or columns look wrong. */
export function FileCard({ file }: { file: ImportDetail }) {
  const { t } = useTranslation("imports");
  const format = useFormat();
  const reread = useImportChange((reading: Reading) =>
    call.PUT("/api/imports/{import_id}/reading", {
      params: { path: { import_id: file.id } },
      body: reading,
    }),
  );
  const { encoding, delimiter } = file;
  return (
    <Card title={t("file.title")}>
      <Text c="var(--quiet)">
        {t("file.rows", { count: file.rows, rows: format.number(file.rows) })}{" "}
        {t("file.columns", { count: file.header.length })} {t("file.found")}
      </Text>
      <Refusal error={reread.error} />
      <Group align="flex-end" gap="sm">
        <Select
          label={t("file.encoding")}
          data={ENCODINGS.map((value) => ({ value, label: t(`file.encodings.${value}`) }))}
          value={encoding}
          onChange={(value) => value && reread.mutate({ encoding: value as typeof encoding, delimiter })}
          allowDeselect={false}
          disabled={reread.isPending}
        />
        <Select
          label={t("file.delimiter")}
          data={Object.entries(DELIMITERS).map(([value, name]) => ({
            value,
            label: t(`file.delimiters.${name}`),
          }))}
          value={delimiter}
          onChange={(value) => value && reread.mutate({ encoding, delimiter: value as typeof delimiter })}
          allowDeselect={false}
          disabled={reread.isPending}
        />
      </Group>
    </Card>
  );
}
