import { Button, Fieldset, Group, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, call, type Schema } from "~/api/client";
import { useZones } from "~/api/zones";
import { Card } from "~/design/Card";
import { Refusal } from "~/design/Refusal";
import { Screen } from "~/design/Screen";
import { Waiting } from "~/design/Waiting";
import { LANGUAGES } from "~/i18n";
import { useAllowed } from "~/routing/workspace";
import { useChange, useSaved, useSettings } from "../components/asking";
import { Locked } from "../components/Locked";

/** The workspace itself: name, time zone, language. */
export function Workspace() {
  const { t } = useTranslation("settings");
  const { data, error } = useSettings("workspace", () => call.GET("/api/workspace"));
  return (
    <Screen title={t("workspace.title")} about={t("workspace.about")}>
      <Locked permission="accounts:write" />
      <Refusal error={error} />
      {data ? <WorkspaceForm workspace={data} /> : !error && <Waiting />}
    </Screen>
  );
}

function WorkspaceForm({ workspace }: { workspace: Schema<"WorkspaceDetail"> }) {
  const { t } = useTranslation("settings");
  const may = useAllowed("accounts:write");
  const saved = useSaved();
  const cache = useQueryClient();
  const { name, timezone, default_language } = workspace;
  const form = useForm({ initialValues: { name, timezone, default_language } });
  const zones = useZones(form.values.timezone);
  const save = useChange((body: typeof form.values) => call.PATCH("/api/workspace", { body }));
  const submit = (values: typeof form.values) =>
    save.mutate(values, {
      onSuccess: async () => {
        saved();
        await cache.invalidateQueries({ queryKey: ["me"] });
        await cache.invalidateQueries({ queryKey: api.queryOptions("get", "/api/workspace").queryKey });
      },
    });
  return (
    <Card>
      <form onSubmit={form.onSubmit(submit)}>
        <Fieldset variant="unstyled" disabled={!may}>
          <Stack maw={480}>
            <Refusal error={save.error} />
            <TextInput
              label={t("name")}
              description={t("workspace.nameWhat")}
              required
              maxLength={200}
              {...form.getInputProps("name")}
            />
            <Select
              label={t("workspace.timezone")}
              description={t("workspace.timezoneWhat")}
              data={zones}
              searchable
              limit={60}
              allowDeselect={false}
              disabled={!may}
              {...form.getInputProps("timezone")}
            />
            <Select
              label={t("language")}
              description={t("workspace.languageWhat")}
              data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
              allowDeselect={false}
              disabled={!may}
              {...form.getInputProps("default_language")}
            />
            <Group>
              <Button type="submit" loading={save.isPending}>
                {t("save", { ns: "app" })}
              </Button>
            </Group>
          </Stack>
        </Fieldset>
      </form>
    </Card>
  );
}
