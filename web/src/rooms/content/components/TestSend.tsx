import { Alert, Anchor, Button, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconSend } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "~/api/client";
import { Refusal } from "~/design/Refusal";
import { useMe } from "~/routing/me";
import { useAllowed } from "~/routing/workspace";
import type { Variant } from "../editing/draft";

interface TestSendProps {
  variant: Variant;
  /** The person as whom it is rendered; nobody in particular without one. */
  person: number | undefined;
}

/** Sends the message as it is now to a colleague, marked as a test. */
export function TestSend({ variant, person }: TestSendProps) {
  const { t } = useTranslation("content");
  const [opened, { open, close }] = useDisclosure();
  if (!useAllowed("messaging:send")) return null;
  return (
    <>
      <Button size="xs" variant="default" leftSection={<IconSend size={16} aria-hidden />} onClick={open}>
        {t("test.do")}
      </Button>
      <Modal opened={opened} onClose={close} title={t("test.title")}>
        <TestForm variant={variant} person={person} onClose={close} />
      </Modal>
    </>
  );
}

function TestForm({ variant, person, onClose }: TestSendProps & { onClose: () => void }) {
  const { t } = useTranslation("content");
  const me = useMe();
  const members = api.useQuery("get", "/api/members").data ?? [];
  const [recipient, setRecipient] = useState(me.email);
  const send = useMutation({
    mutationFn: async () => {
      const { data, error } = await call.POST("/api/template-test", {
        body: { variant, recipient, missing: "default", ...(person !== undefined && { profile_id: person }) },
      });
      if (!data) throw error;
      return data;
    },
  });
  const known = members.filter(({ pending }) => !pending).map(({ email }) => email);
  return (
    <Stack>
      <Text size="sm">{t(person === undefined ? "test.what" : "test.whatPerson")}</Text>
      <Select
        label={t("test.to")}
        description={t("test.toWhat")}
        data={[...new Set([me.email, ...known])]}
        value={recipient}
        onChange={(address) => setRecipient(address ?? me.email)}
        allowDeselect={false}
        searchable
        dir="ltr"
        styles={{ label: { direction: "inherit" }, description: { direction: "inherit" } }}
      />
      <Refusal error={send.error} />
      {send.data && (
        <Alert color="green">
          <strong>{t("test.sent")}</strong>
          <br />
          <bdi>{send.data.subject}</bdi>
          {send.data.captured && (
            <>
              <br />
              {t("test.captured")}{" "}
              <Anchor
                href={`/mailbox?to=${encodeURIComponent(send.data.recipient)}`}
                target="_blank"
                underline="always"
                inherit
              >
                {t("test.mailbox")}
              </Anchor>
            </>
          )}
        </Alert>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t(send.data ? "test.done" : "cancel")}
        </Button>
        <Button onClick={() => send.mutate()} loading={send.isPending}>
          {t(send.data ? "test.again" : "test.do")}
        </Button>
      </Group>
    </Stack>
  );
}
