import { Button, Group, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { Refusal } from "~/design/Refusal";
import { LANGUAGES } from "~/i18n";
import { useWorkspace } from "~/routing/workspace";
import { useChange } from "./asking";
import { Copied } from "./Copied";
import { useRoles } from "./roles";

type Added = Schema<"AddedMember">;

/** Adds somebody to the workspace; who is new to Kesher gets a link, which is handed over by hand. */
export function Invite({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation("settings");
  const [added, setAdded] = useState<Added>();
  const close = () => {
    setAdded(undefined);
    onClose();
  };
  return (
    <Modal opened={opened} onClose={close} title={t("members.invite")} size="lg">
      {added ? <HandOver added={added} onDone={close} /> : <InviteForm onAdded={setAdded} onCancel={close} />}
    </Modal>
  );
}

function HandOver({ added, onDone }: { added: Added; onDone: () => void }) {
  const { t } = useTranslation("settings");
  return (
    <Stack>
      <Text>
        <bdi dir="ltr">{added.member.email}</bdi>{" "}
        {t(added.invitation ? "members.handOver" : "members.knownAlready")}
      </Text>
      {added.invitation && (
        <Copied
          block
          value={`${window.location.origin}/app/invitation/${added.invitation}`}
          name={t("members.link")}
        />
      )}
      <Group justify="flex-end">
        <Button onClick={onDone}>{t("done")}</Button>
      </Group>
    </Stack>
  );
}

interface InviteFormProps {
  onAdded: (added: Added | undefined) => void;
  onCancel: () => void;
}

function InviteForm({ onAdded, onCancel }: InviteFormProps) {
  const { t } = useTranslation("settings");
  const { language } = useWorkspace();
  const roles = useRoles();
  const form = useForm({ initialValues: { email: "", name: "", role: "editor", language } });
  const add = useChange((body: typeof form.values) =>
    call.POST("/api/members", { body: { ...body, role: body.role as Schema<"Role"> } }),
  );
  return (
    <form onSubmit={form.onSubmit((values) => add.mutate(values, { onSuccess: onAdded }))}>
      <Stack>
        <Text size="sm" c="var(--quiet)">
          {t("members.inviteWhat")}
        </Text>
        <Refusal error={add.error} />
        <TextInput
          label={t("email")}
          type="email"
          dir="ltr"
          required
          data-autofocus
          {...form.getInputProps("email")}
        />
        <TextInput label={t("name")} maxLength={200} {...form.getInputProps("name")} />
        <Group grow>
          <Select
            label={t("members.role")}
            data={roles}
            allowDeselect={false}
            {...form.getInputProps("role")}
          />
          <Select
            label={t("language")}
            data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
            allowDeselect={false}
            {...form.getInputProps("language")}
          />
        </Group>
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {t("cancel", { ns: "app" })}
          </Button>
          <Button type="submit" loading={add.isPending}>
            {t("members.invite")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
