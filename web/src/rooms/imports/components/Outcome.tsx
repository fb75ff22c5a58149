import { Alert, Anchor, Button, Group, Progress, SimpleGrid, Stack, Text } from "@mantine/core";
import { openConfirmModal } from "@mantine/modals";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { call } from "~/api/client";
import { saveFile } from "~/api/files";
import { Card } from "~/design/Card";
import { Refusal } from "~/design/Refusal";
import { useFormat } from "~/i18n/format";
import { useAllowed, useWorkspace } from "~/routing/workspace";
import { CHANNELS } from "./consent";
import { useListName } from "./useListName";
import { type ImportDetail, isUnderWay, useImportChange } from "./useImport";

/** A file that is being loaded, or was: how far, how many were taken and refused, the refused rows. */
export function Outcome({ file }: { file: ImportDetail }) {
  return (
    <Stack>
      <Going file={file} />
      <RefusedRows file={file} />
      <Asked file={file} />
    </Stack>
  );
}

function Going({ file }: { file: ImportDetail }) {
  const { t } = useTranslation("imports");
  const format = useFormat();
  const going = isUnderWay(file);
  const share = file.rows > 0 ? file.done / file.rows : 1;
  return (
    <Card title={t(going ? "going.title" : "going.over")} actions={going && <Cancel file={file} />}>
      {file.state === "failed" && (
        <Alert color="red">{t("going.failed", { row: format.number(file.done) })}</Alert>
      )}
      {file.state === "cancelled" && <Text>{t("going.cancelled", { rows: format.number(file.done) })}</Text>}
      {going && (
        <div aria-live="polite">
          <Progress value={share * 100} animated aria-label={t("going.title")} size="lg" mb="xs" />
          <Text size="sm" c="var(--quiet)">
            {t("going.rows", { done: format.number(file.done), rows: format.number(file.rows) })}{" "}
            {t("going.leave")}
          </Text>
        </div>
      )}
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        <Figure label={t("figures.accepted")} value={file.accepted} />
        <Figure label={t("figures.created")} value={file.created} />
        <Figure label={t("figures.refused")} value={file.refused} />
        <Figure label={t("figures.rows")} value={file.rows} />
      </SimpleGrid>
    </Card>
  );
}

function Figure({ label, value }: { label: string; value: number }) {
  const format = useFormat();
  return (
    <div>
      <Text size="xl" fw={600} className="numbers">
        {format.number(value)}
      </Text>
      <Text size="sm" c="var(--quiet)">
        {label}
      </Text>
    </div>
  );
}

function Cancel({ file }: { file: ImportDetail }) {
  const { t } = useTranslation("imports");
  const may = useAllowed("profiles:write");
  const cancel = useImportChange(() =>
    call.POST("/api/imports/{import_id}/cancel", { params: { path: { import_id: file.id } } }),
  );
  if (!may) return null;
  const ask = () =>
    openConfirmModal({
      title: t("cancel.title"),
      children: t("cancel.what"),
      labels: { confirm: t("cancel.do"), cancel: t("cancel.not") },
      confirmProps: { color: "red.9" },
      onConfirm: () => cancel.mutate(undefined),
    });
  return (
    <Button variant="subtle" color="red" onClick={ask} loading={cancel.isPending}>
      {t("cancel.do")}
    </Button>
  );
}

function RefusedRows({ file }: { file: ImportDetail }) {
  const { t } = useTranslation("imports");
  const format = useFormat();
  const download = useMutation({
    mutationFn: async () => {
      const { data, error } = await call.GET("/api/imports/{import_id}/refused", {
        params: { path: { import_id: file.id } },
      });
      if (!data) throw error;
      saveFile(data.filename, new Blob([data.csv], { type: "text/csv;charset=utf-8" }));
    },
  });
  if (file.refused === 0) return null;
  const forgotten = !isUnderWay(file) && file.samples.length === 0;
  return (
    <Card title={t("refused.title")}>
      <Refusal error={download.error} />
      <Text c="var(--quiet)">
        {t("refused.count", { count: file.refused, rows: format.number(file.refused) })}{" "}
        {t(forgotten ? "refused.forgotten" : "refused.what")}
      </Text>
      {!forgotten && (
        <Group>
          <Button
            variant="default"
            leftSection={<IconDownload size={18} aria-hidden />}
            onClick={() => download.mutate()}
            loading={download.isPending}
          >
            {t("refused.do")}
          </Button>
        </Group>
      )}
    </Card>
  );
}

function Asked({ file }: { file: ImportDetail }) {
  const { t } = useTranslation("imports");
  const format = useFormat();
  const { slug } = useWorkspace();
  const { consent, list_key: list } = file;
  const name = useListName(list ?? undefined);
  const channel = CHANNELS.find((each) => each === consent?.channel);
  return (
    <Card title={t("asked.title")}>
      <Text>
        {t("asked.by")} <bdi>{file.asked_by}</bdi> · <bdi>{format.dateTime(file.asked_at)}</bdi>
      </Text>
      {list && (
        <Text>
          {t("asked.list")}{" "}
          <Anchor
            renderRoot={(props) => (
              <Link to="/w/$workspace/lists/$list" params={{ workspace: slug, list }} {...props} />
            )}
          >
            <bdi>{name}</bdi>
          </Anchor>
        </Text>
      )}
      {consent ? (
        <div>
          <Text>
            {t("asked.consent", { channel: channel ? t(`consent.channels.${channel}`) : consent.channel })}{" "}
            <bdi>{consent.source}</bdi>
          </Text>
          <Text c="var(--quiet)">
            <q>
              <bdi>{consent.wording}</bdi>
            </q>
          </Text>
        </div>
      ) : (
        <Text c="var(--quiet)">{t("asked.without")}</Text>
      )}
    </Card>
  );
}
