import { Button, Group, Stack, Text } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "~/api/client";
import { Refusal } from "~/design/Refusal";
import { useFormat } from "~/i18n/format";
import { useWorkspace } from "~/routing/workspace";
import { ColumnsCard } from "./ColumnsCard";
import { type Consent, consentToSend, isProven, NO_WORDS } from "./consent";
import { ConsentCard } from "./ConsentCard";
import { FileCard } from "./FileCard";
import { ListCard } from "./ListCard";
import { PreviewCard } from "./PreviewCard";
import { type ColumnChoice, type ImportDetail, useImportChange } from "./useImport";
import { readColumns, usePreview, wrongColumns } from "./usePreview";

/** A file before it is loaded: what its columns are, how its rows read, what its people agreed to, their list. */
export function Draft({ file, list: asked }: { file: ImportDetail; list: string | undefined }) {
  const { t } = useTranslation("imports");
  const [mapping, setMapping] = useState<ColumnChoice[]>(file.mapping);
  const [consent, setConsent] = useState<Consent | null>(null);
  const [words, setWords] = useState(NO_WORDS);
  const [list, setList] = useState(asked ?? null);
  const preview = usePreview(file, mapping);
  const byColumn = mapping.find(({ target }) => target === "consent");
  const said = byColumn ? (consent ?? words) : consent;
  const change = (next: Consent | null) => {
    setConsent(next);
    if (next) setWords(next);
  };
  return (
    <Stack>
      <FileCard file={file} />
      <ColumnsCard
        file={file}
        mapping={mapping}
        onChange={setMapping}
        wrong={wrongColumns(preview.error, mapping)}
      />
      <PreviewCard preview={preview.error ? undefined : preview.data} error={preview.error} />
      <ConsentCard
        consent={said}
        onChange={change}
        column={byColumn && (file.header[byColumn.column] ?? t("targets.consent"))}
        fresh={words}
      />
      <ListCard list={list} onChange={setList} />
      <Start file={file} mapping={mapping} consent={said} list={list} ready={!preview.error} />
    </Stack>
  );
}

interface StartProps {
  file: ImportDetail;
  mapping: ColumnChoice[];
  consent: Consent | null;
  list: string | null;
  ready: boolean;
}

function Start({ file, mapping, consent, list, ready }: StartProps) {
  const { t } = useTranslation("imports");
  const format = useFormat();
  const { timezone } = useWorkspace();
  const start = useImportChange(() =>
    call.POST("/api/imports/{import_id}/start", {
      params: { path: { import_id: file.id } },
      body: {
        mapping: readColumns(mapping),
        list,
        consent: consent && consentToSend(consent, timezone),
      },
    }),
  );
  const proven = !consent || isProven(consent);
  return (
    <Stack gap="xs">
      <Refusal error={start.error} />
      <Group>
        <Button
          leftSection={<IconPlayerPlay size={18} className="flips" aria-hidden />}
          onClick={() => start.mutate(undefined)}
          loading={start.isPending}
          disabled={!ready || !proven}
        >
          {t("start.do", { count: file.rows, rows: format.number(file.rows) })}
        </Button>
        <Text size="sm" c="var(--quiet)">
          {t(proven ? "start.what" : "start.proof")}
        </Text>
      </Group>
    </Stack>
  );
}
