import { Anchor, Badge, Text } from "@mantine/core";
import { IconWebhook } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { usePages } from "~/api/pages";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { type Column, PagedTable } from "~/design/PagedTable";
import { Screen } from "~/design/Screen";
import { useFormat } from "~/i18n/format";
import { useLocal } from "~/i18n/local";
import { useWorkspace } from "~/routing/workspace";
import { useSettings } from "../components/asking";
import { HookAddress } from "../components/HookAddress";
import { Secrets } from "../components/Secrets";

/** What passes between journeys and other systems: calls out, calls in, and the secrets that sign them. */
export function Webhooks() {
  const { t } = useTranslation("settings");
  const { data, error } = useSettings("webhooks", () => call.GET("/api/webhooks"));
  const outgoing = useOutgoing();
  const incoming = useIncoming();
  return (
    <Screen title={t("webhooks.title")} about={t("webhooks.about")}>
      <Card title={t("webhooks.outgoing")}>
        <PagedTable
          label={t("webhooks.outgoing")}
          rows={data?.outgoing}
          rowKey={({ journey, node }) => `${journey} ${node}`}
          error={error}
          empty={
            <Empty icon={IconWebhook} title={t("webhooks.noOutgoing")}>
              {t("webhooks.noOutgoingWhat")}
            </Empty>
          }
          columns={outgoing}
        />
      </Card>
      <Latest />
      <Card title={t("webhooks.incoming")}>
        <PagedTable
          label={t("webhooks.incoming")}
          rows={data?.incoming}
          rowKey={({ journey }) => journey}
          error={error}
          empty={
            <Empty icon={IconWebhook} title={t("webhooks.noIncoming")}>
              {t("webhooks.noIncomingWhat")}
            </Empty>
          }
          columns={incoming}
        />
      </Card>
      <Secrets />
    </Screen>
  );
}

/** A journey's name as a link to it. */
function JourneyLink({ journey, name }: { journey: string; name: Schema<"BothTexts"> }) {
  const { slug } = useWorkspace();
  const local = useLocal();
  return (
    <Anchor
      inherit
      renderRoot={(props) => (
        <Link to="/w/$workspace/journeys/$journey" params={{ workspace: slug, journey }} {...props} />
      )}
    >
      <bdi>{local(name)}</bdi>
    </Anchor>
  );
}

function useOutgoing(): Column<Schema<"OutgoingWebhook">>[] {
  const { t } = useTranslation("settings");
  return [
    { key: "journey", head: t("webhooks.journey"), cell: (row) => <JourneyLink {...row} /> },
    {
      key: "url",
      head: t("webhooks.address"),
      cell: ({ method, url }) => (
        <Text size="sm" ff="monospace" dir="ltr" style={{ overflowWrap: "anywhere" }}>
          {method} {url}
        </Text>
      ),
    },
    {
      key: "signed",
      head: t("webhooks.signed"),
      cell: ({ signed_with }) => (signed_with ? <bdi dir="ltr">{signed_with}</bdi> : t("webhooks.unsigned")),
    },
  ];
}

function useIncoming(): Column<Schema<"IncomingWebhook">>[] {
  const { t } = useTranslation("settings");
  return [
    { key: "journey", head: t("webhooks.journey"), cell: (row) => <JourneyLink {...row} /> },
    { key: "address", head: t("webhooks.address"), cell: ({ journey }) => <HookAddress journey={journey} /> },
  ];
}

const COLORS: Record<string, string> = { ok: "green", error: "red", timeout: "orange" };

function Latest() {
  const { t } = useTranslation("settings");
  const format = useFormat();
  const { slug } = useWorkspace();
  const pages = usePages<Schema<"WebhookCallDetail">>(["settings", slug, "webhook calls"], (cursor) =>
    call.GET("/api/webhook-calls", { params: { query: cursor ? { cursor } : {} } }),
  );
  if (pages.rows?.length === 0) return null;
  return (
    <Card title={t("webhooks.latest")}>
      <PagedTable
        label={t("webhooks.latest")}
        {...pages}
        rowKey={({ id }) => id}
        empty={null}
        columns={[
          {
            key: "at",
            head: t("webhooks.at"),
            cell: ({ reserved_at, finished_at }) => (
              <span className="numbers">{format.dateTime(finished_at ?? reserved_at)}</span>
            ),
          },
          { key: "journey", head: t("webhooks.journey"), cell: (row) => <JourneyLink {...row} /> },
          {
            key: "outcome",
            head: t("webhooks.outcome"),
            cell: ({ outcome, status, error }) => (
              <>
                <Badge color={COLORS[outcome ?? ""] ?? "gray"} variant="light">
                  {t(`webhooks.outcomes.${(outcome ?? "waiting") as "ok"}`)}
                </Badge>
                <Text size="xs" c="var(--quiet)">
                  <bdi dir="ltr">{[status, error].filter(Boolean).join(" · ")}</bdi>
                </Text>
              </>
            ),
          },
          { key: "attempts", head: t("webhooks.attempts"), number: true, cell: ({ attempts }) => attempts },
        ]}
      />
    </Card>
  );
}
