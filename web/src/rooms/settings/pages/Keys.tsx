import { Badge, Button, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { type Column, PagedTable } from "~/design/PagedTable";
import { Screen } from "~/design/Screen";
import { useFormat } from "~/i18n/format";
import { useAsk, useChange, useSettings } from "../components/asking";
import { NewKey } from "../components/NewKey";
import { usePermissionNames } from "../components/permissions";

type Key = Schema<"ApiKeyDetail">;

/** The keys with which programs call the API. */
export function Keys() {
  const { t } = useTranslation("settings");
  const [making, { open, close }] = useDisclosure();
  const { data: keys, error } = useSettings("keys", () => call.GET("/api/api-keys"));
  const columns = useColumns();
  const make = (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={open}>
      {t("keys.new")}
    </Button>
  );
  return (
    <Screen title={t("keys.title")} about={t("keys.about")} actions={keys && keys.length > 0 && make}>
      <Card>
        <PagedTable
          label={t("keys.title")}
          rows={keys}
          rowKey={({ id }) => id}
          error={error}
          empty={
            <Empty icon={IconKey} title={t("keys.empty")} action={make}>
              {t("keys.emptyWhat")}
            </Empty>
          }
          columns={columns}
        />
      </Card>
      <NewKey opened={making} onClose={close} />
    </Screen>
  );
}

function useColumns(): Column<Key>[] {
  const { t } = useTranslation("settings");
  const nameOf = usePermissionNames();
  const format = useFormat();
  return [
    {
      key: "name",
      head: t("name"),
      cell: ({ name, prefix, created_at }) => (
        <>
          <bdi>{name}</bdi>
          <Text size="xs" c="var(--quiet)">
            <bdi dir="ltr">{prefix}…</bdi> · {t("since", { date: format.date(created_at) })}
          </Text>
        </>
      ),
    },
    {
      key: "may",
      head: t("keys.scopes"),
      cell: ({ scopes }) => (
        <Text size="sm" title={scopes.map(nameOf).join(", ")}>
          {t("keys.count", { count: scopes.length })}
        </Text>
      ),
    },
    {
      key: "used",
      head: t("keys.used"),
      cell: ({ last_used_at }) => (last_used_at ? format.ago(last_used_at) : t("keys.unused")),
    },
    {
      key: "ends",
      head: t("keys.expires"),
      cell: ({ expires_at }) => (expires_at ? format.date(expires_at) : t("keys.forever")),
    },
    {
      key: "do",
      head: <span className="visually-hidden">{t("actions")}</span>,
      number: true,
      cell: (key) =>
        key.revoked_at ? (
          <Badge color="gray" variant="light">
            {t("keys.revoked")}
          </Badge>
        ) : (
          <Revoke of={key} />
        ),
    },
  ];
}

function Revoke({ of: key }: { of: Key }) {
  const { t } = useTranslation("settings");
  const ask = useAsk();
  const revoke = useChange(
    () => call.DELETE("/api/api-keys/{api_key_id}", { params: { path: { api_key_id: key.id } } }),
    { quiet: true },
  );
  return (
    <Button
      size="compact-sm"
      variant="subtle"
      color="red"
      loading={revoke.isPending}
      aria-label={t("keys.revoke.of", { name: key.name })}
      onClick={() =>
        ask({
          title: t("keys.revoke.of", { name: key.name }),
          what: t("keys.revoke.what"),
          confirm: t("keys.revoke.do"),
          onConfirm: () => revoke.mutate(undefined),
        })
      }
    >
      {t("keys.revoke.do")}
    </Button>
  );
}
