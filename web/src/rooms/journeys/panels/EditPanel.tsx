import { ActionIcon, Alert, Button, Code, Group, Select, Stack, Text, Textarea, Title } from "@mantine/core";
import { IconCopy, IconTrash, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { namesOfPasted, clip } from "../editing/changes";
import type { Problem, Step } from "../definition/types";
import { withTarget, waysOf } from "../definition/ways";
import { useEditor } from "../editing/Editor";
import { useLanguage } from "../editing/useTypes";
import { Fields } from "../forms/FieldInput";
import { useStepNames } from "../forms/choosing";
import { ENTRY } from "../geometry/layout";
import { removeChosen } from "../geometry/useKeys";
import { EntryForm } from "./EntryForm";
import { Palette } from "./Palette";

const NOTES = "@note:";

/** What stands beside the canvas while the journey is written: the form of what is chosen, or else the palette. */
export function EditPanel() {
  const { t } = useTranslation("journeys");
  const { draft, chosen, place, mayEdit } = useEditor();
  const [only] = chosen;
  if (place !== undefined) return <Palette />;
  if (chosen.length > 1) return <Several />;
  if (only === ENTRY) return <EntryForm />;
  if (only?.startsWith(NOTES)) return <NoteForm key={only} at={Number(only.slice(NOTES.length))} />;
  const step = only === undefined ? undefined : draft.definition.nodes[only];
  if (only !== undefined && step) return <StepForm key={only} name={only} step={step} />;
  if (mayEdit) return <Palette />;
  return <Text c="var(--quiet)">{t("panel.chooseStep")}</Text>;
}

/** The head of a form: what it is of, and the way back to the palette. */
export function FormHead({
  title,
  about,
  children,
}: {
  title: string;
  about?: string;
  children?: ReactNode;
}) {
  const { t } = useTranslation("journeys");
  const { choose } = useEditor();
  return (
    <Stack gap={4}>
      <Group justify="space-between" wrap="nowrap">
        <Title order={2} size="h5">
          {title}
        </Title>
        <Group gap={2} wrap="nowrap">
          {children}
          <ActionIcon variant="subtle" color="gray" aria-label={t("panel.close")} onClick={() => choose([])}>
            <IconX size={18} aria-hidden />
          </ActionIcon>
        </Group>
      </Group>
      {about && (
        <Text size="sm" c="var(--quiet)">
          {about}
        </Text>
      )}
    </Stack>
  );
}

/** The mistakes of a place that no field of its form shows. */
export function OtherProblems({
  problems,
  shown,
}: {
  problems: Problem[];
  shown: (field: string) => boolean;
}) {
  const others = problems.filter(({ field }) => !shown(field));
  if (others.length === 0) return null;
  return (
    <Alert color="red" p="sm" role="status">
      {others.map(({ path, message }) => (
        <Text size="sm" key={path + message}>
          {message}
        </Text>
      ))}
    </Alert>
  );
}

function StepForm({ name, step }: { name: string; step: Step }) {
  const { t } = useTranslation("journeys");
  const language = useLanguage();
  const editor = useEditor();
  const { draft, kinds, mayEdit, problems, choose } = editor;
  const type = kinds.types.get(step.type);
  const mine = problems.filter(({ node }) => node === name);
  const known = new Set(type?.fields.map((field) => field.name));
  const duplicate = () => {
    const clipping = clip(draft.definition, [name], {});
    const names = [...namesOfPasted(draft.definition, clipping).values()];
    const way = waysOf(step, kinds.types).find(({ error }) => !error);
    draft.change({
      do: "paste",
      clipping,
      by: { x: 0, y: 0 },
      ...(way && { after: { step: name, path: way.path } }),
    });
    choose(names);
  };
  return (
    <Stack gap="md">
      <FormHead title={type?.name[language] ?? step.type} {...(type && { about: type.about[language] })}>
        {mayEdit && (
          <>
            <ActionIcon variant="subtle" color="gray" aria-label={t("panel.duplicate")} onClick={duplicate}>
              <IconCopy size={18} aria-hidden />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="red"
              aria-label={t("panel.remove")}
              onClick={() => removeChosen(editor, [name])}
            >
              <IconTrash size={18} aria-hidden />
            </ActionIcon>
          </>
        )}
      </FormHead>
      <OtherProblems
        problems={mine}
        shown={(field) => known.has(field.split(/[.[]/)[0] ?? "") && field !== ""}
      />
      <Fields
        fields={type?.fields ?? []}
        data={step}
        problems={new Map(mine.map(({ field, message }) => [field, message]))}
        disabled={!mayEdit}
        onChange={(changed) => draft.change({ do: "configure", key: name, step: changed as Step })}
      />
      <Ways name={name} step={step} />
      <Text size="xs" c="var(--quiet)">
        {t("panel.key")} <Code dir="ltr">{name}</Code>
      </Text>
    </Stack>
  );
}

function Ways({ name, step }: { name: string; step: Step }) {
  const { t } = useTranslation("journeys");
  const language = useLanguage();
  const { draft, kinds, mayEdit } = useEditor();
  const steps = useStepNames().filter(({ value }) => value !== name);
  const ways = waysOf(step, kinds.types);
  if (ways.length === 0) return null;
  return (
    <Stack gap="xs" role="group" aria-label={t("panel.ways")}>
      <Title order={3} size="sm">
        {t("panel.ways")}
      </Title>
      {ways.map(({ path, label, target }) => (
        <Select
          key={path}
          label={label[language]}
          placeholder={t("panel.ends")}
          data={steps}
          value={target ?? null}
          onChange={(to) =>
            draft.change({ do: "configure", key: name, step: withTarget(step, path, to ?? undefined) })
          }
          disabled={!mayEdit}
          clearable
          searchable
        />
      ))}
    </Stack>
  );
}

function Several() {
  const { t } = useTranslation("journeys");
  const editor = useEditor();
  return (
    <Stack>
      <FormHead title={t("canvas.chosen", { count: editor.chosen.length })} about={t("panel.severalWhat")} />
      {editor.mayEdit && (
        <Button variant="light" color="red" onClick={() => removeChosen(editor, editor.chosen)}>
          {t("panel.removeAll")}
        </Button>
      )}
    </Stack>
  );
}

function NoteForm({ at }: { at: number }) {
  const { t } = useTranslation("journeys");
  const editor = useEditor();
  const { draft, mayEdit } = editor;
  const note = draft.definition.layout?.notes?.[at];
  if (!note) return null;
  return (
    <Stack>
      <FormHead title={t("panel.note")}>
        {mayEdit && (
          <ActionIcon
            variant="subtle"
            color="red"
            aria-label={t("panel.remove")}
            onClick={() => removeChosen(editor, [`${NOTES}${at}`])}
          >
            <IconTrash size={18} aria-hidden />
          </ActionIcon>
        )}
      </FormHead>
      <Textarea
        label={t("panel.noteText")}
        value={note.text}
        dir="auto"
        autosize
        minRows={4}
        disabled={!mayEdit}
        onChange={({ currentTarget }) =>
          draft.change({ do: "note", at, note: { ...note, text: currentTarget.value } })
        }
      />
    </Stack>
  );
}
