import { Anchor, Badge, Button, Group, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconMail, IconPalette, IconPlus } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { usePages } from "~/api/pages";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { type Column, PagedTable } from "~/design/PagedTable";
import { Screen } from "~/design/Screen";
import { LANGUAGES } from "~/i18n";
import { useFormat } from "~/i18n/format";
import { useLocal } from "~/i18n/local";
import { useAllowed, useWorkspace } from "~/routing/workspace";
import { NewTemplate } from "../components/NewTemplate";

type Row = Schema<"TemplateRow">;

/** The templates: what messages are made of. */
export function Templates() {
  const { t } = useTranslation("content");
  const { slug } = useWorkspace();
  const mayWrite = useAllowed("content:write");
  const [starting, { open, close }] = useDisclosure();
  const templates = usePages<Row>(["content", slug, "list"], (cursor) =>
    call.GET("/api/templates", { params: { query: { ...(cursor && { cursor }) } } }),
  );
  const columns = useColumns();
  const start = mayWrite && (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={open}>
      {t("list.new")}
    </Button>
  );
  const brand = (
    <Button
      variant="default"
      leftSection={<IconPalette size={18} aria-hidden />}
      renderRoot={(props) => (
        <Link to="/w/$workspace/content/brand" params={{ workspace: slug }} {...props} />
      )}
    >
      {t("brand.title")}
    </Button>
  );
  return (
    <Screen
      title={t("list.title")}
      about={t("list.about")}
      actions={
        <>
          {brand}
          {templates.rows?.length !== 0 && start}
        </>
      }
    >
      <Card>
        <PagedTable
          label={t("list.title")}
          columns={columns}
          rowKey={({ key }) => key}
          empty={
            <Empty icon={IconMail} title={t("list.empty")} action={start}>
              {t("list.emptyWhat")}
            </Empty>
          }
          {...templates}
        />
      </Card>
      <NewTemplate opened={starting} onClose={close} />
    </Screen>
  );
}

/** A subject without its tags; "…" stands for what each person has of her own. */
function plainly(subject: string | undefined): string {
  return (subject ?? "").replaceAll(/{%.*?%}/g, " ").replaceAll(/{{.*?}}/g, "…");
}

function useColumns(): Column<Row>[] {
  const { t, i18n } = useTranslation("content");
  const local = useLocal();
  const format = useFormat();
  const { slug } = useWorkspace();
  return [
    {
      key: "name",
      head: t("list.name"),
      cell: ({ key, name, subjects }) => (
        <Stack gap={0}>
          <Anchor
            fw={600}
            renderRoot={(props) => (
              <Link
                to="/w/$workspace/content/templates/$template"
                params={{ workspace: slug, template: key }}
                {...props}
              />
            )}
          >
            <bdi>{local(name)}</bdi>
          </Anchor>
          <Text size="xs" c="var(--quiet)" lineClamp={1}>
            <bdi>{plainly(subjects[i18n.language] ?? Object.values(subjects)[0])}</bdi>
          </Text>
        </Stack>
      ),
    },
    {
      key: "languages",
      head: t("list.languages"),
      cell: ({ languages }) => (
        <Group gap={6}>
          {languages.map((tag) => (
            <Badge key={tag} variant="default" tt="none">
              {tag === "he" || tag === "en" ? LANGUAGES[tag] : tag}
            </Badge>
          ))}
        </Group>
      ),
    },
    {
      key: "version",
      head: t("list.version"),
      number: true,
      cell: ({ version_number: number }) => format.number(number),
    },
    {
      key: "created",
      head: t("list.created"),
      cell: ({ created_at: at }) => (
        <Text size="sm" c="var(--quiet)" title={format.dateTime(at)}>
          {format.date(at)}
        </Text>
      ),
    },
  ];
}
