import { Button, Group, NumberInput, Select, SimpleGrid, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "~/api/client";
import { keyFrom } from "~/api/keys";
import { isProblem } from "~/api/problems";
import { BothTextsInput } from "~/design/BothTextsInput";
import { Card } from "~/design/Card";
import { Refusal } from "~/design/Refusal";
import { Screen } from "~/design/Screen";
import { Waiting } from "~/design/Waiting";
import { useWorkspace } from "~/routing/workspace";
import { audienceOf } from "../components/audience";
import { Preflight } from "../components/Preflight";
import { useChoices } from "../components/useChoices";

interface Form {
  name: { he: string; en: string };
  template: string | null;
  audience: string | null;
  topic: string | null;
  rate: number | null;
}

const NOTHING: Form = { name: { he: "", en: "" }, template: null, audience: null, topic: null, rate: null };

/** Drafts a broadcast; nothing is sent before it is started. */
export function NewBroadcast() {
  const { t } = useTranslation("broadcasts");
  const [form, setForm] = useState(NOTHING);
  const choices = useChoices();
  const draft = useDraft();
  const named = Boolean(form.name.he.trim() || form.name.en.trim());
  const ready = named && form.template !== null && form.audience !== null;
  if (choices.error) return <Refusal error={choices.error} />;
  if (!choices.templates) return <Waiting />;
  return (
    <Screen title={t("new.title")} about={t("new.about")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          draft.mutate(form);
        }}
      >
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" style={{ alignItems: "start" }}>
          <Stack gap="lg">
            <FormCard form={form} onChange={setForm} choices={choices} />
            <Refusal error={draft.error} />
            <Group>
              <Button type="submit" loading={draft.isPending} disabled={!ready}>
                {t("new.do")}
              </Button>
            </Group>
          </Stack>
          <Card title={t("preflight.title")}>
            {form.audience === null ? (
              <Text c="var(--quiet)">{t("preflight.choose")}</Text>
            ) : (
              <Preflight
                question={{
                  ...audienceOf(form.audience),
                  topic: form.topic ?? "",
                  template: form.template ?? "",
                }}
              />
            )}
          </Card>
        </SimpleGrid>
      </form>
    </Screen>
  );
}

interface FormCardProps {
  form: Form;
  onChange: (form: Form) => void;
  choices: ReturnType<typeof useChoices>;
}

function FormCard({ form, onChange, choices }: FormCardProps) {
  const { t } = useTranslation("broadcasts");
  return (
    <Card>
      <BothTextsInput
        label={t("list.name")}
        value={form.name}
        onChange={(name) => onChange({ ...form, name })}
      />
      <Select
        label={t("new.template")}
        data={choices.templates ?? []}
        value={form.template}
        onChange={(template) => onChange({ ...form, template })}
        nothingFoundMessage={t("new.nothing")}
        searchable
        required
      />
      <Select
        label={t("new.audience")}
        data={choices.audiences ?? []}
        value={form.audience}
        onChange={(audience) => onChange({ ...form, audience })}
        nothingFoundMessage={t("new.nothing")}
        searchable
        required
      />
      <Select
        label={t("new.topic")}
        description={t("new.topicWhat")}
        placeholder={t("new.noTopic")}
        data={choices.topics ?? []}
        value={form.topic}
        onChange={(topic) => onChange({ ...form, topic })}
        clearable
      />
      <NumberInput
        label={t("new.rate")}
        description={t("new.rateWhat")}
        value={form.rate ?? ""}
        onChange={(rate) => onChange({ ...form, rate: typeof rate === "number" && rate > 0 ? rate : null })}
        min={1}
        max={10_000_000}
        allowDecimal={false}
        thousandSeparator=","
      />
    </Card>
  );
}

const TRIES = 20;

function useDraft() {
  const { slug } = useWorkspace();
  const cache = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async (form: Form) => {
      const key = await create(form);
      await cache.invalidateQueries({ queryKey: ["broadcasts", slug, "list"] });
      await navigate({
        to: "/w/$workspace/broadcasts/$broadcast",
        params: { workspace: slug, broadcast: key },
      });
    },
  });
}

/** Creates it under the first key that is free; answers the key. */
async function create(form: Form): Promise<string> {
  const he = form.name.he.trim() || form.name.en.trim();
  const name = { he, en: form.name.en.trim() || he };
  // The address of "new" is the form's.
  const taken = ["new"];
  for (;;) {
    const key = keyFrom(name.en, "broadcast", taken);
    const { error } = await call.POST("/api/broadcasts", { body: { ...choicesOf(form), key, name } });
    if (!error) return key;
    if (!isTaken(error) || taken.length > TRIES) throw error;
    taken.push(key);
  }
}

function choicesOf({ template, audience, topic, rate }: Form) {
  return { ...audienceOf(audience), template: template ?? "", topic: topic ?? "", rate_per_minute: rate };
}

function isTaken(error: unknown): boolean {
  return isProblem(error) && error.code === "messaging.broadcast_exists";
}
