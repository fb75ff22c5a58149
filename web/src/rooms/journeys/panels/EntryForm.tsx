import { Divider, Select, Stack, Switch, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Definition, Field, JsonMap } from "../definition/types";
import { useEditor } from "../editing/Editor";
import { useLanguage } from "../editing/useTypes";
import { Fields } from "../forms/FieldInput";
import { ItemsInput } from "../forms/nested";
import { plainField } from "../forms/plain";
import { FormHead, OtherProblems } from "./EditPanel";

/** The journey as a whole: who enters and how often, what is to be reached, who leaves early, its name. */
export function EntryForm() {
  const { t } = useTranslation("journeys");
  const { draft, kinds, mayEdit, problems } = useEditor();
  const { definition } = draft;
  const mine = problems.filter(({ node }) => node === null);
  const messages = new Map(mine.map(({ path, message }) => [path, message]));
  const set = (settings: Partial<Definition>) => draft.change({ do: "settings", settings });
  const common = { problems: messages, disabled: !mayEdit };
  const { entry, reentry, goal, exit } = definition;
  return (
    <Stack gap="md">
      <FormHead title={t("entry.title")} about={t("entry.about")} />
      <OtherProblems
        problems={mine}
        shown={(field) => /^(entry|goal|reentry|exit|name|holdout|priority)[.[]/.test(field)}
      />
      <Title order={3} size="sm">
        {t("entry.who")}
      </Title>
      <KindChoice />
      <Fields
        fields={useKindFields()}
        data={entry}
        prefix="entry."
        onChange={(to) => set({ entry: to })}
        {...common}
      />
      <Divider />
      <Fields
        fields={kinds.form.reentry}
        data={reentry ?? {}}
        prefix="reentry."
        onChange={(to) => set({ reentry: to })}
        {...common}
      />
      <Divider />
      <Switch
        label={t("entry.goal")}
        checked={goal !== undefined}
        disabled={!mayEdit}
        onChange={({ currentTarget }) => set({ goal: currentTarget.checked ? { event: "" } : undefined })}
      />
      {goal && (
        <Fields
          fields={kinds.form.goal}
          data={goal}
          prefix="goal."
          onChange={(to) => set({ goal: to })}
          {...common}
        />
      )}
      <Divider />
      <ItemsInput
        {...plainField("exit", "items", kinds.form.exit)}
        value={exit}
        label={t("entry.exit")}
        help={t("entry.exitWhat")}
        onChange={(to) => set({ exit: to as JsonMap[] | undefined })}
        {...common}
      />
      <Divider />
      <Title order={3} size="sm">
        {t("entry.settings")}
      </Title>
      <Fields
        fields={kinds.form.settings}
        data={definition as unknown as JsonMap}
        onChange={(to) => set(settingsOf(to as unknown as Definition))}
        {...common}
      />
    </Stack>
  );
}

function KindChoice() {
  const { t } = useTranslation("journeys");
  const language = useLanguage();
  const { draft, kinds, mayEdit } = useEditor();
  const { entry } = draft.definition;
  const kind = kinds.entries.find(({ key }) => key in entry);
  const choose = (key: string | null) => {
    const next = kinds.entries.find((each) => each.key === key);
    if (!next || next === kind) return;
    draft.change({
      do: "settings",
      settings: { entry: { ...beginning(next.key), ...(entry.rule ? { rule: entry.rule } : {}) } },
    });
  };
  return (
    <Select
      label={t("entry.kind")}
      description={kind?.about[language]}
      data={kinds.entries.map(({ key, name }) => ({ value: key, label: name[language] }))}
      value={kind?.key ?? null}
      onChange={choose}
      allowDeselect={false}
      disabled={!mayEdit}
    />
  );
}

function useKindFields(): readonly Field[] {
  const { draft, kinds } = useEditor();
  return kinds.entries.find(({ key }) => key in draft.definition.entry)?.fields ?? [];
}

/** An entry of a kind about which nothing was said yet: the kind is known by its field. */
function beginning(kind: string): JsonMap {
  if (kind === "api") return { api: true };
  return { [kind]: kind === "schedule" || kind === "webhook" ? {} : "" };
}

function settingsOf({ name, holdout, priority }: Definition): Partial<Definition> {
  return { name, holdout, priority };
}
