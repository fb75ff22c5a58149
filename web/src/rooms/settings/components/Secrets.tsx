import { ActionIcon, Button, Group, PasswordInput, TextInput } from "@mantine/core";
import { IconKey, IconTrash } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "~/api/client";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { PagedTable } from "~/design/PagedTable";
import { Refusal } from "~/design/Refusal";
import { useFormat } from "~/i18n/format";
import { useAllowed } from "~/routing/workspace";
import { useAsk, useChange, useSaved, useSettings } from "./asking";

/** The secrets that journeys' calls use, to sign or to sign in; their values are never shown. */
export function Secrets() {
  const { t } = useTranslation("settings");
  const format = useFormat();
  const may = useAllowed("journeys:publish");
  const { data, error } = useSettings("secrets", () => call.GET("/api/journey-secrets"));
  return (
    <Card title={t("secrets.title")}>
      <PagedTable
        label={t("secrets.title")}
        rows={data}
        rowKey={({ name }) => name}
        error={error}
        empty={
          <Empty icon={IconKey} title={t("secrets.empty")}>
            {t("secrets.emptyWhat")}
          </Empty>
        }
        columns={[
          { key: "name", head: t("name"), cell: ({ name }) => <bdi dir="ltr">{name}</bdi> },
          { key: "saved", head: t("secrets.saved"), cell: ({ saved_at }) => format.date(saved_at) },
          {
            key: "do",
            head: <span className="visually-hidden">{t("actions")}</span>,
            number: true,
            cell: ({ name }) => may && <Forget name={name} />,
          },
        ]}
      />
      {may && <NewSecret />}
    </Card>
  );
}

function NewSecret() {
  const { t } = useTranslation("settings");
  const told = useSaved();
  const [{ name, value }, setSecret] = useState({ name: "", value: "" });
  const save = useChange(() =>
    call.PUT("/api/journey-secrets/{name}", { params: { path: { name } }, body: { value } }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(undefined, {
      onSuccess: () => {
        setSecret({ name: "", value: "" });
        told();
      },
    });
  };
  return (
    <form onSubmit={submit}>
      <Refusal error={save.error} />
      <Group align="flex-end" gap="xs">
        <TextInput
          label={t("secrets.new")}
          dir="ltr"
          required
          maxLength={100}
          value={name}
          onChange={(event) => setSecret({ name: event.currentTarget.value, value })}
        />
        <PasswordInput
          label={t("secrets.value")}
          dir="ltr"
          required
          minLength={16}
          maxLength={4000}
          autoComplete="off"
          flex={1}
          miw={200}
          maw={400}
          value={value}
          onChange={(event) => setSecret({ name, value: event.currentTarget.value })}
        />
        <Button type="submit" variant="default" loading={save.isPending}>
          {t("secrets.keep")}
        </Button>
      </Group>
    </form>
  );
}

function Forget({ name }: { name: string }) {
  const { t } = useTranslation("settings");
  const ask = useAsk();
  const forget = useChange(() => call.DELETE("/api/journey-secrets/{name}", { params: { path: { name } } }), {
    quiet: true,
  });
  return (
    <ActionIcon
      variant="subtle"
      color="red"
      loading={forget.isPending}
      aria-label={t("secrets.forget.of", { name })}
      onClick={() =>
        ask({
          title: t("secrets.forget.of", { name }),
          what: t("secrets.forget.what"),
          confirm: t("delete", { ns: "app" }),
          onConfirm: () => forget.mutate(undefined),
        })
      }
    >
      <IconTrash size={18} aria-hidden />
    </ActionIcon>
  );
}
