import { Anchor, Badge, Drawer, SegmentedControl, Skeleton, Stack, Text } from "@mantine/core";
import { IconMail } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call, type Schema } from "~/api/client";
import { usePages } from "~/api/pages";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { MailFrame } from "~/design/MailFrame";
import { type Column, PagedTable } from "~/design/PagedTable";
import { Refusal } from "~/design/Refusal";
import { directionOf } from "~/i18n";
import { useFormat } from "~/i18n/format";
import { useLocal } from "~/i18n/local";
import { useNames } from "~/i18n/names";
import { useAllowed, useWorkspace } from "~/routing/workspace";
import { Why } from "./Why";

type Message = Schema<"MessageDetail">;
const COLORS = { reserved: "gray", sending: "cyan", sent: "green", held: "orange", failed: "red" } as const;

/** What she did with a message, the weightiest first. */
const ANSWERS = ["complained", "unsubscribed", "bounced", "clicked", "opened", "delivered"] as const;

/** The messages of one person: what was sent, what was held back and why; each can be opened. */
export function Messages({ person }: { person: number }) {
  const { t } = useTranslation("people");
  const { slug } = useWorkspace();
  const [opened, setOpened] = useState<Message>();
  const called = useCalled();
  const columns = useColumns(called, setOpened);
  const messages = usePages<Message>(["people", slug, person, "messages"], (cursor) =>
    call.GET("/api/messages", { params: { query: { profile_id: person, cursor: cursor ?? null } } }),
  );
  return (
    <Card title={t("messages.title")}>
      <PagedTable
        label={t("messages.title")}
        columns={columns}
        rowKey={({ id }) => id}
        empty={
          <Empty icon={IconMail} title={t("messages.empty")}>
            {t("messages.emptyWhat")}
          </Empty>
        }
        {...messages}
      />
      <Drawer
        opened={opened !== undefined}
        onClose={() => setOpened(undefined)}
        position="right"
        size="xl"
        closeButtonProps={{ "aria-label": t("messages.close") }}
        title={<Text fw={600}>{opened && called(opened)}</Text>}
      >
        {opened && <OneMessage key={opened.id} message={opened} />}
      </Drawer>
    </Card>
  );
}

/** What a message is called: its template's name, else its channel's. */
function useCalled() {
  const local = useLocal();
  const names = useNames();
  const { data } = api.useQuery("get", "/api/templates", { params: { query: { limit: 200 } } });
  return ({ template, channel }: Message): string => {
    const known = data?.items.find(({ key }) => key === template);
    return (known && local(known.name)) || template || names.channel(channel);
  };
}

function useColumns(
  called: (message: Message) => string,
  open: (message: Message) => void,
): Column<Message>[] {
  const { t } = useTranslation("people");
  const format = useFormat();
  const local = useLocal();
  return [
    {
      key: "template",
      head: t("messages.message"),
      cell: (message) => (
        <Anchor component="button" type="button" size="sm" onClick={() => open(message)}>
          <bdi>{called(message)}</bdi>
        </Anchor>
      ),
    },
    {
      key: "state",
      head: t("messages.state"),
      cell: ({ state, reason_text: reason }) => (
        <Stack gap={2} align="flex-start">
          <Badge variant="light" color={COLORS[state]} tt="none">
            {t(`messages.states.${state}`)}
          </Badge>
          {reason && (
            <Text size="xs" c="var(--quiet)">
              {local(reason)}
            </Text>
          )}
        </Stack>
      ),
    },
    {
      key: "answer",
      head: t("messages.answer"),
      cell: (message) => {
        const last = ANSWERS.find((answer) => message[`${answer}_at`]);
        return last && <Text size="sm">{t(`messages.answers.${last}`)}</Text>;
      },
    },
    {
      key: "at",
      head: t("messages.at"),
      cell: ({ sent_at, reserved_at }) => (
        <Text size="sm" c="var(--quiet)" className="numbers">
          {format.dateTime(sent_at ?? reserved_at)}
        </Text>
      ),
    },
  ];
}

/** A message as it was written, and why it went so. */
function OneMessage({ message }: { message: Message }) {
  const { t } = useTranslation("people");
  const mayAsk = useAllowed("journeys:read");
  const [shown, setShown] = useState(mayAsk && message.state === "held" ? "why" : "content");
  return (
    <Stack>
      {mayAsk && (
        <SegmentedControl
          value={shown}
          onChange={setShown}
          data={[
            { value: "content", label: t("messages.content") },
            { value: "why", label: t("messages.why") },
          ]}
        />
      )}
      {shown === "content" ? (
        <Content message={message.id} />
      ) : (
        <Why person={message.profile_id} subject={{ message: message.id }} />
      )}
    </Stack>
  );
}

function Content({ message }: { message: number }) {
  const { t } = useTranslation("people");
  const { data, error } = api.useQuery("get", "/api/messages/{message_id}/content", {
    params: { path: { message_id: message } },
  });
  if (error) return <Refusal error={error} />;
  if (!data) return <Skeleton h={480} />;
  return (
    <Stack gap="xs">
      <Text fw={600} dir={directionOf(data.language)}>
        {data.subject}
      </Text>
      <MailFrame
        html={data.html}
        title={t("messages.content")}
        style={{
          inlineSize: "100%",
          blockSize: "60vh",
          border: "1px solid var(--line)",
          background: "white",
        }}
      />
      <Text size="xs" c="var(--quiet)">
        {t("messages.asKnownNow")}
      </Text>
    </Stack>
  );
}
