import { ActionIcon, Anchor, Badge, Button, Group, Text } from "@mantine/core";
import { IconPlus, IconSend, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { type Column, PagedTable } from "~/design/PagedTable";
import { Refusal } from "~/design/Refusal";
import { Screen } from "~/design/Screen";
import { useFormat } from "~/i18n/format";
import { useLocal } from "~/i18n/local";
import { useAllowed } from "~/routing/workspace";
import { useAsk, useChange, useSettings } from "../components/asking";
import { Locked } from "../components/Locked";
import { ProviderModal } from "../components/ProviderModal";

type Provider = Schema<"ProviderDetail">;

/** The accounts through which messages leave. */
export function Providers() {
  const { t } = useTranslation("settings");
  const may = useAllowed("messaging:providers");
  const [edited, setEdited] = useState<Provider | "new">();
  const kinds = useSettings("provider kinds", () => call.GET("/api/provider-kinds"));
  const { data: providers, error } = useSettings("providers", () => call.GET("/api/providers"));
  const columns = useColumns(kinds.data ?? [], may, setEdited);
  const add = may && (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setEdited("new")}>
      {t("providers.new")}
    </Button>
  );
  return (
    <Screen
      title={t("providers.title")}
      about={t("providers.about")}
      actions={providers && providers.length > 0 && add}
    >
      <Locked permission="messaging:providers" />
      <Refusal error={kinds.error} />
      <Card>
        <PagedTable
          label={t("providers.title")}
          rows={providers}
          rowKey={({ id }) => id}
          error={error}
          empty={
            <Empty icon={IconSend} title={t("providers.empty")} action={add}>
              {t("providers.emptyWhat")}
            </Empty>
          }
          columns={columns}
        />
      </Card>
      {kinds.data && edited && (
        <ProviderModal
          kinds={kinds.data}
          provider={edited === "new" ? undefined : edited}
          onClose={() => setEdited(undefined)}
        />
      )}
    </Screen>
  );
}

function useColumns(
  kinds: Schema<"ProviderKindDetail">[],
  may: boolean,
  edit: (provider: Provider) => void,
): Column<Provider>[] {
  const { t } = useTranslation("settings");
  const local = useLocal();
  const format = useFormat();
  return [
    {
      key: "name",
      head: t("name"),
      cell: (provider) => {
        const kind = kinds.find(({ key }) => key === provider.kind);
        return (
          <>
            {may ? (
              <Anchor component="button" type="button" fw={600} onClick={() => edit(provider)}>
                <bdi>{provider.name}</bdi>
              </Anchor>
            ) : (
              <bdi>{provider.name}</bdi>
            )}
            <Text size="xs" c="var(--quiet)">
              {kind ? local(kind.title) : provider.kind}
            </Text>
          </>
        );
      },
    },
    { key: "channel", head: t("channel"), cell: ({ channel }) => t(`channels.${channel as "email"}`) },
    {
      key: "rate",
      head: t("providers.rate"),
      number: true,
      cell: ({ rate_per_second }) => rate_per_second && format.number(rate_per_second),
    },
    {
      key: "state",
      head: t("providers.state"),
      cell: ({ enabled, has_secret }) => (
        <Group gap={6}>
          <Badge color={enabled ? "green" : "gray"} variant="light">
            {t(enabled ? "providers.on" : "providers.off")}
          </Badge>
          {has_secret && (
            <Badge color="gray" variant="light">
              {t("providers.hasSecret")}
            </Badge>
          )}
        </Group>
      ),
    },
    {
      key: "do",
      head: <span className="visually-hidden">{t("actions")}</span>,
      number: true,
      cell: (provider) => may && <Forget provider={provider} />,
    },
  ];
}

function Forget({ provider: { channel, name } }: { provider: Provider }) {
  const { t } = useTranslation("settings");
  const ask = useAsk();
  const forget = useChange(
    () =>
      call.DELETE("/api/providers/{channel}/{name}", {
        params: { path: { channel: channel as "email", name } },
      }),
    { quiet: true },
  );
  return (
    <ActionIcon
      variant="subtle"
      color="red"
      loading={forget.isPending}
      aria-label={t("providers.forget.of", { name })}
      onClick={() =>
        ask({
          title: t("providers.forget.of", { name }),
          what: t("providers.forget.what"),
          confirm: t("delete", { ns: "app" }),
          onConfirm: () => forget.mutate(undefined),
        })
      }
    >
      <IconTrash size={18} aria-hidden />
    </ActionIcon>
  );
}
