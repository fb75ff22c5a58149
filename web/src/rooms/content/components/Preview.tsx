import { Alert, Group, SegmentedControl, Skeleton, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { Refusal } from "~/design/Refusal";
import { directionOf } from "~/i18n";
import { useAllowed, useWorkspace } from "~/routing/workspace";
import { placesOf, type Variant } from "../editing/draft";
import { PersonPicker } from "~/rooms/people";
import classes from "./Preview.module.css";
import { RenderedFrame } from "./RenderedFrame";
import { TestSend } from "./TestSend";

const WIDTHS = { phone: 375, desktop: 720 };
type Width = keyof typeof WIDTHS;
type Scheme = "light" | "dark";

/** How the message looks while it is written: to anybody or to one person, on a phone or a desktop, light or dark. */
export function Preview({ variant }: { variant: Variant }) {
  const { t } = useTranslation("content");
  const mayFind = useAllowed("profiles:read");
  const [width, setWidth] = useState<Width>("desktop");
  const [scheme, setScheme] = useState<Scheme>("light");
  const [person, setPerson] = useState<number>();
  const { data, error } = useRendered(variant, person);
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <SegmentedControl<Width>
          aria-label={t("preview.width")}
          size="xs"
          value={width}
          onChange={setWidth}
          data={[
            { value: "desktop", label: t("preview.desktop") },
            { value: "phone", label: t("preview.phone") },
          ]}
        />
        <SegmentedControl<Scheme>
          aria-label={t("preview.scheme")}
          size="xs"
          value={scheme}
          onChange={setScheme}
          data={[
            { value: "light", label: t("preview.light") },
            { value: "dark", label: t("preview.dark") },
          ]}
        />
        {mayFind && <PersonPicker label={t("preview.as")} value={person} onChange={setPerson} />}
        <TestSend variant={variant} person={person} />
      </Group>
      {placesOf(error).length > 0 ? (
        <Alert color="orange">{t("preview.wrong")}</Alert>
      ) : (
        <Refusal error={error} />
      )}
      {data ? (
        <Shown data={data} width={WIDTHS[width]} scheme={scheme} />
      ) : (
        !error && <Skeleton h={640} aria-label={t("preview.waiting")} />
      )}
    </Stack>
  );
}

interface ShownProps {
  data: Schema<"RenderedMessage">;
  width: number;
  scheme: Scheme;
}

function Shown({ data, width, scheme }: ShownProps) {
  const { t } = useTranslation("content");
  return (
    <>
      <InboxLine message={data} />
      <RenderedFrame title={t("preview.title")} html={data.html} width={width} scheme={scheme} />
      <Text size="xs" c="var(--quiet)">
        {t("preview.absent")}
      </Text>
    </>
  );
}

/** The message as a line of an inbox: who sends it, its subject, and what stands after it. */
function InboxLine({ message: { subject, html, language } }: { message: Schema<"RenderedMessage"> }) {
  const { t } = useTranslation("content");
  return (
    <Text className={classes.inbox} dir={directionOf(language)} title={t("preview.inbox")}>
      <Text span fw={600} inherit data-testid="preview-subject">
        {subject}
      </Text>{" "}
      <Text span c="var(--quiet)" inherit data-testid="preview-preheader">
        {beginningOf(html)}
      </Text>
    </Text>
  );
}

const FILLER = "\u034f";

/** What a mail program shows of a body: the preheader, which stands hidden before everything and ends in filler that
 * keeps the rest away, else the first words. */
function beginningOf(html: string): string {
  const read = html
    .replaceAll(/<(style|script|title)\b[\s\S]*?<\/\1>/gi, "")
    .replaceAll(/<\/?(?:td|tr|div|p|h\d|br)\b/gi, " $&");
  const text = new DOMParser().parseFromString(read, "text/html").body.textContent ?? "";
  const [first = ""] = text.split(FILLER);
  return first.replaceAll(/\s+/g, " ").trim().slice(0, 160);
}

/** The variant as the API renders it, asked again when the writer rests; what is wrong with it is in `error`. */
export function useRendered(variant: Variant, person?: number) {
  const { slug } = useWorkspace();
  const [written] = useDebouncedValue(variant, 400);
  // What an event or a run would bring is absent here, and must not stop the preview.
  const body = { variant: written, missing: "default" as const };
  return useQuery({
    queryKey: ["content", slug, "preview", person ?? null, body],
    placeholderData: keepPreviousData,
    queryFn: async () => {
      const { data, error } =
        person === undefined
          ? await call.POST("/api/template-preview", { body })
          : await call.POST("/api/profiles/{profile_id}/template-preview", {
              params: { path: { profile_id: person } },
              body,
            });
      if (!data) throw error;
      return data;
    },
  });
}
