import { Anchor, Button, Fieldset, Group, Stack, Text } from "@mantine/core";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { keyFrom } from "~/api/keys";
import { BothTextsInput } from "~/design/BothTextsInput";
import { Card } from "~/design/Card";
import { Refusal } from "~/design/Refusal";
import { Screen } from "~/design/Screen";
import { Waiting } from "~/design/Waiting";
import { useLocal } from "~/i18n/local";
import { Fields } from "~/rooms/journeys";
import { useAllowed, useWorkspace } from "~/routing/workspace";
import { useAsk, useChange, useSaved, useSettings } from "../components/asking";
import { Grades } from "../components/Grades";
import { problemsOf } from "../components/problems";

type Model = Schema<"ScoreReport">;
type Definition = Schema<"ScoreDefinition">;

const route = getRouteApi("/w/$workspace/settings/scores/$key");
const FRESH: Definition = {
  fit: { maximum: 100, rules: [], grades: { A: 75, B: 50, C: 25 } },
  engagement: { half_life: { days: 30 }, events: [], grades: { 1: 60, 2: 30, 3: 10 } },
  stages: [],
};

/** One model of lead scores: how people stand in it, and its form. */
export function Score() {
  const { t } = useTranslation("settings");
  const { slug } = useWorkspace();
  const { key } = route.useParams();
  const form = useSettings("score form", () => call.GET("/api/score-form"));
  return (
    <Screen
      title={t("scores.model")}
      about={
        <Anchor
          renderRoot={(props) => (
            <Link to="/w/$workspace/settings/scores" params={{ workspace: slug }} {...props} />
          )}
        >
          {t("scores.back")}
        </Anchor>
      }
    >
      <Refusal error={form.error} />
      {!form.data && !form.error && <Waiting />}
      {form.data && key === "new" && <ScoreForm fields={form.data.fields} model={undefined} />}
      {form.data && key !== "new" && <Known key={key} of={key} fields={form.data.fields} />}
    </Screen>
  );
}

function Known({ of: key, fields }: { of: string; fields: Schema<"FieldDetail">[] }) {
  const { data: model, error } = useSettings(`score ${key}`, () =>
    call.GET("/api/scores/{key}", { params: { path: { key } } }),
  );
  if (error) return <Refusal error={error} />;
  if (!model) return <Waiting />;
  return (
    <>
      <Grades of={model.grades} />
      <ScoreForm fields={fields} model={model} />
    </>
  );
}

function ScoreForm({ fields, model }: { fields: Schema<"FieldDetail">[]; model: Model | undefined }) {
  const { t } = useTranslation("settings");
  const may = useAllowed("segments:write");
  const told = useSaved();
  const navigate = useNavigate();
  const { slug } = useWorkspace();
  const [name, setName] = useState(model?.name ?? { en: "", he: "" });
  const [definition, setDefinition] = useState<Definition>(() => model ?? FRESH);
  const save = useChange((key: string) => {
    const { fit, engagement, stages } = definition;
    return call.PUT("/api/scores/{key}", {
      params: { path: { key } },
      body: {
        name: { en: name.en || name.he, he: name.he || name.en },
        fit,
        engagement,
        stages: stages ?? [],
      },
    });
  });
  const submit = () => {
    const key = model?.key ?? keyFrom(name.en || name.he, "score", ["new"]);
    save.mutate(key, {
      onSuccess: () => {
        told();
        if (!model)
          void navigate({ to: "/w/$workspace/settings/scores/$key", params: { workspace: slug, key } });
      },
    });
  };
  return (
    <Card>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Fieldset variant="unstyled" disabled={!may}>
          <Stack maw={820}>
            <BothTextsInput label={t("name")} value={name} onChange={setName} readOnly={!may} />
            <Fields
              fields={fields}
              data={{ ...definition, stages: definition.stages ?? [] }}
              onChange={(changed) => setDefinition({ ...FRESH, ...(changed as Partial<Definition>) })}
              problems={problemsOf(save.error, "")}
              disabled={!may}
            />
            <Refusal error={save.error} />
            <Text size="sm" c="var(--quiet)">
              {t("scores.anew")}
            </Text>
            <Group>
              <Button type="submit" loading={save.isPending} disabled={!name.en && !name.he}>
                {t("save", { ns: "app" })}
              </Button>
              {model && <Remove model={model} />}
            </Group>
          </Stack>
        </Fieldset>
      </form>
    </Card>
  );
}

function Remove({ model }: { model: Model }) {
  const { t } = useTranslation("settings");
  const local = useLocal();
  const ask = useAsk();
  const navigate = useNavigate();
  const { slug } = useWorkspace();
  const params = { path: { key: model.key } };
  const remove = useChange(() => call.DELETE("/api/scores/{key}", { params }), {
    quiet: true,
    done: () => navigate({ to: "/w/$workspace/settings/scores", params: { workspace: slug } }),
  });
  return (
    <Button
      variant="subtle"
      color="red"
      loading={remove.isPending}
      onClick={() =>
        ask({
          title: t("scores.remove.of", { name: local(model.name) }),
          what: t("scores.remove.what"),
          confirm: t("delete", { ns: "app" }),
          onConfirm: () => remove.mutate(undefined),
        })
      }
    >
      {t("delete", { ns: "app" })}
    </Button>
  );
}
