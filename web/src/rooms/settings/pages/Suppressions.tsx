import { ActionIcon, Button, Group, Text, TextInput } from "@mantine/core";
import { IconMailOff, IconTrash } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { usePages } from "~/api/pages";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { PagedTable } from "~/design/PagedTable";
import { Refusal } from "~/design/Refusal";
import { Screen } from "~/design/Screen";
import { useFormat } from "~/i18n/format";
import { useAllowed, useWorkspace } from "~/routing/workspace";
import { useAsk, useChange } from "../components/asking";
import { Locked } from "../components/Locked";

type Suppression = Schema<"SuppressionDetail">;

/** The addresses that must not be contacted, and why. */
export function Suppressions() {
  const { t, i18n } = useTranslation("settings");
  const format = useFormat();
  const { slug } = useWorkspace();
  const may = useAllowed("messaging:suppress");
  const pages = usePages<Suppression>(["settings", slug, "suppressions"], (cursor) =>
    call.GET("/api/suppressions", { params: { query: cursor ? { cursor } : {} } }),
  );
  const reason = (key: string) =>
    i18n.exists(`settings:suppressions.reasons.${key}`) ? t(`suppressions.reasons.${key as "manual"}`) : key;
  return (
    <Screen title={t("suppressions.title")} about={t("suppressions.about")}>
      <Locked permission="messaging:suppress" />
      {may && (
        <Card title={t("suppressions.new")}>
          <NewSuppression />
        </Card>
      )}
      <Card>
        <PagedTable
          label={t("suppressions.title")}
          {...pages}
          rowKey={({ channel, address }) => `${channel} ${address}`}
          empty={
            <Empty icon={IconMailOff} title={t("suppressions.empty")}>
              {t("suppressions.emptyWhat")}
            </Empty>
          }
          columns={[
            {
              key: "address",
              head: t("suppressions.address"),
              cell: ({ address }) => <bdi dir="ltr">{address}</bdi>,
            },
            {
              key: "reason",
              head: t("suppressions.reason"),
              cell: (row) => (
                <>
                  {reason(row.reason)}
                  <Text size="xs" c="var(--quiet)">
                    <bdi>{row.detail}</bdi>
                  </Text>
                </>
              ),
            },
            {
              key: "since",
              head: t("suppressions.since"),
              cell: ({ added_at }) => <span className="numbers">{format.dateTime(added_at)}</span>,
            },
            {
              key: "do",
              head: <span className="visually-hidden">{t("actions")}</span>,
              number: true,
              cell: (row) => may && <Allow suppression={row} />,
            },
          ]}
        />
      </Card>
    </Screen>
  );
}

function Allow({ suppression: { channel, address } }: { suppression: Suppression }) {
  const { t } = useTranslation("settings");
  const ask = useAsk();
  const allow = useChange(
    () =>
      call.DELETE("/api/suppressions/{channel}/{address}", {
        params: { path: { channel: channel as "email", address } },
      }),
    { quiet: true },
  );
  return (
    <ActionIcon
      variant="subtle"
      color="red"
      loading={allow.isPending}
      aria-label={t("suppressions.allow.of", { address })}
      onClick={() =>
        ask({
          title: t("suppressions.allow.of", { address }),
          what: t("suppressions.allow.what"),
          confirm: t("suppressions.allow.do"),
          onConfirm: () => allow.mutate(undefined),
        })
      }
    >
      <IconTrash size={18} aria-hidden />
    </ActionIcon>
  );
}

function NewSuppression() {
  const { t } = useTranslation("settings");
  const [address, setAddress] = useState("");
  const [detail, setDetail] = useState("");
  const add = useChange(() =>
    call.POST("/api/suppressions", { body: { address: address.trim(), channel: "email", detail } }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(undefined, {
      onSuccess: () => {
        setAddress("");
        setDetail("");
      },
    });
  };
  return (
    <form onSubmit={submit}>
      <Refusal error={add.error} />
      <Group align="flex-end" gap="xs">
        <TextInput
          label={t("email")}
          type="email"
          dir="ltr"
          required
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
          flex={1}
          miw={200}
        />
        <TextInput
          label={t("suppressions.detail")}
          maxLength={500}
          value={detail}
          onChange={(event) => setDetail(event.currentTarget.value)}
          flex={1}
          miw={200}
        />
        <Button type="submit" variant="default" loading={add.isPending}>
          {t("suppressions.do")}
        </Button>
      </Group>
    </form>
  );
}
