import { Button, FileButton, Stack, Text, ThemeIcon } from "@mantine/core";
import { IconFileTypeCsv } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { type DragEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "~/api/client";
import { Refusal } from "~/design/Refusal";
import { useWorkspace } from "~/routing/workspace";
import classes from "./Upload.module.css";
import { useImportChange } from "./useImport";

/** Sends a file, dropped or chosen, and goes on to what its columns are. */
export function Upload({ list }: { list: string | undefined }) {
  const { t } = useTranslation("imports");
  const { slug } = useWorkspace();
  const navigate = useNavigate();
  const [over, setOver] = useState(false);
  const upload = useImportChange(sendFile);
  const send = (file: File | null | undefined) => {
    if (!file || upload.isPending) return;
    upload.mutate(file, {
      onSuccess: ({ id }) =>
        navigate({
          to: "/w/$workspace/people/imports/$import",
          params: { workspace: slug, import: String(id) },
          search: list ? { list } : {},
        }),
    });
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    send(event.dataTransfer.files[0]);
  };
  return (
    <>
      <Refusal error={upload.error} />
      <div
        className={classes.drop}
        data-over={over}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <Stack align="center" gap="xs">
          <ThemeIcon size={56} radius="xl" variant="light" aria-hidden>
            <IconFileTypeCsv size={28} stroke={1.5} />
          </ThemeIcon>
          <Text fw={600}>{t("upload.drop")}</Text>
          <FileButton onChange={send} accept=".csv,.tsv,.txt,text/csv">
            {(props) => (
              <Button {...props} loading={upload.isPending}>
                {t("upload.choose")}
              </Button>
            )}
          </FileButton>
          <Text size="sm" c="var(--quiet)" maw={460}>
            {t("upload.what")}
          </Text>
        </Stack>
      </div>
    </>
  );
}

function sendFile(file: File) {
  const form = new FormData();
  form.append("file", file);
  return call.POST("/api/imports", { body: { file: file.name }, bodySerializer: () => form });
}
