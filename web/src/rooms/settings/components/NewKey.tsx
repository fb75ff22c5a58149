import { Alert, Button, Group, Modal, MultiSelect, Select, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { Refusal } from "~/design/Refusal";
import { useWorkspace } from "~/routing/workspace";
import { useChange } from "./asking";
import { Copied } from "./Copied";
import { usePermissionNames } from "./permissions";

type Scopes = Schema<"NewApiKey">["scopes"];
const DAY = 86_400_000;
const LIVES = ["never", "30", "90", "365"] as const;

/** Makes a key; it is shown this once. */
export function NewKey({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation("settings");
  const [key, setKey] = useState<string>();
  const close = () => {
    setKey(undefined);
    onClose();
  };
  return (
    <Modal opened={opened} onClose={close} title={t("keys.new")} size="lg" closeOnClickOutside={!key}>
      {key ? (
        <Stack>
          <Alert color="yellow">{t("keys.once")}</Alert>
          <Copied block value={key} name={t("keys.key")} />
          <Group justify="flex-end">
            <Button onClick={close}>{t("keys.kept")}</Button>
          </Group>
        </Stack>
      ) : (
        <KeyForm onMade={(made) => setKey(made?.key)} />
      )}
    </Modal>
  );
}

function KeyForm({ onMade }: { onMade: (made: Schema<"CreatedApiKey"> | undefined) => void }) {
  const { t } = useTranslation("settings");
  const { permissions } = useWorkspace();
  const nameOf = usePermissionNames();
  const form = useForm({ initialValues: { name: "", scopes: [] as string[], lives: "never" } });
  const make = useChange(({ name, scopes, lives }: typeof form.values) =>
    call.POST("/api/api-keys", {
      body: {
        name,
        scopes: scopes as Scopes,
        expires_at: lives === "never" ? null : new Date(Date.now() + Number(lives) * DAY).toISOString(),
      },
    }),
  );
  return (
    <form onSubmit={form.onSubmit((values) => make.mutate(values, { onSuccess: onMade }))}>
      <Stack>
        <Text size="sm" c="var(--quiet)">
          {t("keys.newWhat")}
        </Text>
        <Refusal error={make.error} />
        <TextInput
          label={t("name")}
          description={t("keys.nameWhat")}
          required
          maxLength={200}
          data-autofocus
          {...form.getInputProps("name")}
        />
        <MultiSelect
          label={t("keys.scopes")}
          description={t("keys.scopesWhat")}
          data={permissions.map((value) => ({ value, label: nameOf(value) }))}
          searchable
          clearable
          {...form.getInputProps("scopes")}
        />
        <Group gap="xs">
          <Button
            size="compact-sm"
            variant="light"
            onClick={() =>
              form.setFieldValue(
                "scopes",
                permissions.filter((each) => each.endsWith(":read")),
              )
            }
          >
            {t("keys.onlyReading")}
          </Button>
          <Button size="compact-sm" variant="light" onClick={() => form.setFieldValue("scopes", permissions)}>
            {t("keys.everything")}
          </Button>
        </Group>
        <Select
          label={t("keys.expires")}
          data={LIVES.map((value) => ({ value, label: t(`keys.lives.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps("lives")}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={make.isPending} disabled={form.values.scopes.length === 0}>
            {t("create")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
