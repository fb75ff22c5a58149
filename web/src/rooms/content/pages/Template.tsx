import { ActionIcon, Anchor, Badge, Button, Menu, Tabs, Text } from "@mantine/core";
import { openConfirmModal } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { IconArchive, IconDots, IconPlus } from "@tabler/icons-react";
import { getRouteApi, Link, useBlocker } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/client";
import { BothTextsInput } from "~/design/BothTextsInput";
import { Card } from "~/design/Card";
import { Refusal } from "~/design/Refusal";
import { Screen } from "~/design/Screen";
import { Waiting } from "~/design/Waiting";
import { LANGUAGES, type Language } from "~/i18n";
import { useLocal } from "~/i18n/local";
import { useAllowed } from "~/routing/workspace";
import { Checks } from "../components/Checks";
import { OneVariant } from "../components/OneVariant";
import { type Draft, draftOf, sameDraft, withVariant } from "../editing/draft";
import { freshVariant } from "../editing/fresh";
import { useArchive, useSave, useTemplate } from "../editing/useTemplate";

const route = getRouteApi("/w/$workspace/content/templates/$template");
const OFFERED: Language[] = ["he", "en"];

/** One template: written on one side, seen on the other. */
export function Template() {
  const { template: key } = route.useParams();
  const { data, error } = useTemplate(key);
  if (error) return <Refusal error={error} />;
  if (!data) return <Waiting />;
  return <Editor key={data.key} template={data} />;
}

function Editor({ template }: { template: Schema<"TemplateDetail"> }) {
  const { t } = useTranslation("content");
  const local = useLocal();
  const { workspace } = route.useParams();
  const mayWrite = useAllowed("content:write");
  const [draft, setDraft] = useState<Draft>(() => draftOf(template));
  const save = useSave(template.key, ({ number }) =>
    notifications.show({ color: "green", message: t("editor.saved", { version: number }) }),
  );
  const changed = !sameDraft(draft, draftOf(template));
  useBlocker({
    shouldBlockFn: () => changed && !window.confirm(t("editor.leave")),
    enableBeforeUnload: () => changed,
  });
  return (
    <Screen
      title={local(template.name)}
      about={
        <>
          <Anchor
            underline="always"
            renderRoot={(props) => <Link to="/w/$workspace/content" params={{ workspace }} {...props} />}
          >
            {t("editor.back")}
          </Anchor>
          {" · "}
          {t("editor.version", { version: template.version.number })}
        </>
      }
      actions={
        mayWrite && (
          <>
            {changed && (
              <Badge variant="light" color="orange">
                {t("editor.unsaved")}
              </Badge>
            )}
            <Button onClick={() => save.mutate(draft)} loading={save.isPending} disabled={!changed}>
              {t("editor.save")}
            </Button>
            <TemplateMenu template={template} />
          </>
        )
      }
    >
      <Refusal error={save.error} />
      <Card>
        <BothTextsInput
          label={t("list.name")}
          value={draft.name}
          onChange={(name) => setDraft({ ...draft, name })}
          readOnly={!mayWrite}
        />
      </Card>
      <Variants draft={draft} onChange={setDraft} refusal={save.error} readOnly={!mayWrite} />
      <Checks draft={draft} />
    </Screen>
  );
}

interface VariantsProps {
  draft: Draft;
  onChange: (draft: Draft) => void;
  refusal: unknown;
  readOnly: boolean;
}

function Variants({ draft, onChange, refusal, readOnly }: VariantsProps) {
  const { t, i18n } = useTranslation("content");
  const [chosen, setChosen] = useState<string>(i18n.language);
  const shown = draft.variants.find(({ language }) => language === chosen) ?? draft.variants[0];
  const absent = OFFERED.filter((tag) => draft.variants.every(({ language }) => language !== tag));
  const add = (tag: Language) => {
    const subject = draft.variants[0]?.subject ?? "";
    onChange({ ...draft, variants: [...draft.variants, freshVariant(tag, subject)] });
    setChosen(tag);
  };
  if (!shown) return null;
  return (
    <Tabs value={shown.language} onChange={(tag) => tag && setChosen(tag)}>
      <Tabs.List mb="md">
        {draft.variants.map(({ language }) => (
          <Tabs.Tab key={language} value={language}>
            {nameOfLanguage(language)}
            {language === draft.fallback_language && (
              <Text span size="xs" c="var(--quiet)" ms={6}>
                {t("editor.fallback")}
              </Text>
            )}
          </Tabs.Tab>
        ))}
        {!readOnly &&
          absent.map((tag) => (
            <Button
              key={tag}
              variant="subtle"
              leftSection={<IconPlus size={16} aria-hidden />}
              onClick={() => add(tag)}
            >
              {LANGUAGES[tag]}
            </Button>
          ))}
      </Tabs.List>
      {draft.variants.map(({ language }) => (
        <Tabs.Panel key={language} value={language}>
          {language === shown.language && (
            <OneVariant
              variant={shown}
              onChange={(change) => onChange(withVariant(draft, language, change))}
              refusal={refusal}
              readOnly={readOnly}
            />
          )}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

function TemplateMenu({ template }: { template: Schema<"TemplateDetail"> }) {
  const { t } = useTranslation("content");
  const local = useLocal();
  const archive = useArchive(template.key);
  if (template.archived_at) return null;
  const ask = () =>
    openConfirmModal({
      title: t("archive.title", { name: local(template.name) }),
      children: <Text size="sm">{t("archive.what")}</Text>,
      labels: { confirm: t("archive.do"), cancel: t("cancel") },
      confirmProps: { color: "red.9" },
      onConfirm: () => archive.mutate(),
    });
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t("editor.more")}
          loading={archive.isPending}
        >
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item color="red" leftSection={<IconArchive size={16} aria-hidden />} onClick={ask}>
          {t("archive.do")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function nameOfLanguage(tag: string): string {
  return tag === "he" || tag === "en" ? LANGUAGES[tag] : tag;
}
