import { ActionIcon, Badge, Button, Divider, Group, Stack, Switch, Text } from "@mantine/core";
import { IconRefresh, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { Card } from "~/design/Card";
import { Refusal } from "~/design/Refusal";
import { useFormat } from "~/i18n/format";
import { useAllowed } from "~/routing/workspace";
import { useAsk, useChange } from "./asking";
import { DnsRecord } from "./DnsRecord";

type Domain = Schema<"DomainDetail">;

/** One sending domain: its records, a check of them, and whether Kesher signs. */
export function DomainCard({ domain }: { domain: Domain }) {
  const { t } = useTranslation("settings");
  const may = useAllowed("messaging:providers");
  const path = { name: domain.name };
  const check = useChange(() => call.POST("/api/domains/{name}/check", { params: { path } }));
  const change = useChange(
    (signing: boolean) => call.PATCH("/api/domains/{name}", { params: { path }, body: { signing } }),
    { quiet: true },
  );
  return (
    <Card
      title={
        <Group gap="xs">
          <bdi dir="ltr">{domain.name}</bdi>
          <Badge color={domain.verified ? "green" : "gray"} variant="light">
            {t(domain.verified ? "domains.verified" : "domains.unverified")}
          </Badge>
        </Group>
      }
      actions={
        may && (
          <Group gap="xs">
            <Button
              variant="default"
              leftSection={<IconRefresh size={18} aria-hidden />}
              loading={check.isPending}
              onClick={() => check.mutate(undefined)}
              aria-label={t("domains.checkOf", { name: domain.name })}
            >
              {t("domains.check")}
            </Button>
            <Forget name={domain.name} />
          </Group>
        )
      }
    >
      <Stack gap="md" aria-live="polite">
        <Refusal error={check.error} />
        <Checked at={domain.checked_at} />
        {domain.records.map((record) => (
          <div key={record.kind}>
            <Divider mb="md" />
            <DnsRecord record={record} />
          </div>
        ))}
        <Divider />
        <Switch
          label={t("domains.signing")}
          description={t(
            domain.signing && !domain.dkim_seen_at ? "domains.signingSoon" : "domains.signingWhat",
          )}
          checked={domain.signing}
          disabled={!may || change.isPending}
          onChange={(event) => change.mutate(event.currentTarget.checked)}
        />
      </Stack>
    </Card>
  );
}

function Checked({ at }: { at: string | null }) {
  const { t } = useTranslation("settings");
  const format = useFormat();
  return (
    <Text size="sm" c="var(--quiet)">
      {at ? t("domains.checked", { ago: format.ago(at) }) : t("domains.never")}
    </Text>
  );
}

function Forget({ name }: { name: string }) {
  const { t } = useTranslation("settings");
  const ask = useAsk();
  const forget = useChange(() => call.DELETE("/api/domains/{name}", { params: { path: { name } } }), {
    quiet: true,
  });
  return (
    <ActionIcon
      variant="subtle"
      color="red"
      size="lg"
      loading={forget.isPending}
      aria-label={t("domains.forget.of", { name })}
      onClick={() =>
        ask({
          title: t("domains.forget.of", { name }),
          what: t("domains.forget.what"),
          confirm: t("domains.forget.do"),
          onConfirm: () => forget.mutate(undefined),
        })
      }
    >
      <IconTrash size={18} aria-hidden />
    </ActionIcon>
  );
}
