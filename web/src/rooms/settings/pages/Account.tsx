import { Button, Group, PasswordInput, Select, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { call } from "~/api/client";
import { Card } from "~/design/Card";
import { Refusal } from "~/design/Refusal";
import { Screen } from "~/design/Screen";
import { LANGUAGES, type Language, speak } from "~/i18n";
import { changePassword } from "~/rooms/accounts";
import { useMe } from "~/routing/me";
import { useChange, useSaved } from "../components/asking";
import { OwnRefusal } from "../components/OwnRefusal";
import { TwoFactor } from "../components/TwoFactor";

/** The reader's own account: name, language, password, second factor. */
export function Account() {
  const { t } = useTranslation("settings");
  return (
    <Screen title={t("account.title")} about={t("account.about")}>
      <Oneself />
      <Password />
      <TwoFactor />
    </Screen>
  );
}

function Oneself() {
  const { t } = useTranslation("settings");
  const me = useMe();
  const cache = useQueryClient();
  const saved = useSaved();
  const form = useForm({ initialValues: { name: me.name, language: me.language } });
  const save = useChange((body: typeof form.values) => call.PATCH("/api/me", { body }));
  const submit = (values: typeof form.values) =>
    save.mutate(values, {
      onSuccess: async () => {
        await cache.invalidateQueries({ queryKey: ["me"] });
        await speak(values.language as Language);
        saved();
      },
    });
  return (
    <Card title={t("account.oneself")}>
      <form onSubmit={form.onSubmit(submit)}>
        <Stack maw={480}>
          <Text size="sm" c="var(--quiet)">
            {t("account.oneselfWhat")} <bdi dir="ltr">{me.email}</bdi>
          </Text>
          <Refusal error={save.error} />
          <TextInput label={t("name")} autoComplete="name" maxLength={200} {...form.getInputProps("name")} />
          <Select
            label={t("language")}
            data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
            allowDeselect={false}
            {...form.getInputProps("language")}
          />
          <Group>
            <Button type="submit" loading={save.isPending}>
              {t("save", { ns: "app" })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

function Password() {
  const { t } = useTranslation("settings");
  const saved = useSaved();
  const me = useMe();
  const form = useForm({ initialValues: { current: "", fresh: "" } });
  const change = useMutation({
    mutationFn: ({ current, fresh }: typeof form.values) => changePassword(current, fresh),
    onSuccess: () => {
      form.reset();
      saved();
    },
  });
  return (
    <Card title={t("account.password")}>
      <form onSubmit={form.onSubmit((values) => change.mutate(values))}>
        <Stack maw={480}>
          <Text size="sm" c="var(--quiet)">
            {t("account.passwordWhat")}
          </Text>
          <OwnRefusal error={change.error} />
          <input type="text" autoComplete="username" value={me.email} readOnly hidden />
          <PasswordInput
            label={t("account.current")}
            autoComplete="current-password"
            dir="ltr"
            required
            {...form.getInputProps("current")}
          />
          <PasswordInput
            label={t("account.fresh")}
            autoComplete="new-password"
            dir="ltr"
            required
            {...form.getInputProps("fresh")}
          />
          <Group>
            <Button type="submit" loading={change.isPending}>
              {t("account.change")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
