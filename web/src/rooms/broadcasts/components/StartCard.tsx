import { Button, Group, SegmentedControl, Text } from "@mantine/core";
import { DateTimePicker } from "@mantine/dates";
import { openConfirmModal } from "@mantine/modals";
import { IconSend } from "@tabler/icons-react";
import dayjs from "dayjs";
import timezones from "dayjs/plugin/timezone";
import utc from "dayjs/plugin/utc";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/client";
import { Card } from "~/design/Card";
import { useFormat } from "~/i18n/format";
import { useAllowed, useWorkspace } from "~/routing/workspace";
import { Preflight, type Question, usePreflight } from "./Preflight";
import { useDeed } from "./useBroadcast";

dayjs.extend(utc);
dayjs.extend(timezones);

type When = "now" | "later";

/** Before it goes out: who gets it, who does not, and the start, now or later; asked with the number of people. */
export function StartCard({ broadcast }: { broadcast: Schema<"BroadcastDetail"> }) {
  const { t } = useTranslation("broadcasts");
  const { timezone } = useWorkspace();
  const maySend = useAllowed("messaging:broadcast");
  const [when, setWhen] = useState<When>("now");
  const [clock, setClock] = useState<string | null>(null);
  const at = when === "later" && clock ? dayjs.tz(clock, timezone).toISOString() : null;
  const { segment, list, topic, template } = broadcast;
  const question = { segment, list, topic, template, ...(at && { at }) };
  return (
    <Card title={t("preflight.title")}>
      <Preflight question={question} />
      {maySend && (
        <Group align="flex-end" gap="sm" mt="sm">
          <SegmentedControl<When>
            aria-label={t("start.when")}
            value={when}
            onChange={setWhen}
            data={[
              { value: "now", label: t("start.now") },
              { value: "later", label: t("start.later") },
            ]}
          />
          {when === "later" && (
            <DateTimePicker
              label={t("start.clock", { timezone })}
              value={clock}
              onChange={setClock}
              minDate={dayjs().format("YYYY-MM-DD")}
              w={240}
            />
          )}
          <StartButton broadcast={broadcast} at={at} waits={when === "later" && !at} question={question} />
        </Group>
      )}
    </Card>
  );
}

/** While it waits for its time: who will get it then. */
export function Expected({ broadcast }: { broadcast: Schema<"BroadcastDetail"> }) {
  const { t } = useTranslation("broadcasts");
  const { segment, list, topic, scheduled_at: at } = broadcast;
  return (
    <Card title={t("preflight.title")}>
      <Preflight question={{ segment, list, topic, ...(at && { at }) }} />
    </Card>
  );
}

interface StartButtonProps {
  broadcast: Schema<"BroadcastDetail">;
  at: string | null;
  waits: boolean;
  question: Question;
}

function StartButton({ broadcast, at, waits, question }: StartButtonProps) {
  const { t } = useTranslation("broadcasts");
  const format = useFormat();
  const found = usePreflight(question);
  const act = useDeed(broadcast.key);
  const count = found.data?.sends ?? 0;
  const ask = () =>
    openConfirmModal({
      title: t("start.title"),
      children: (
        <Text size="sm">
          {t("start.what", { count, people: format.number(count) })} {at && format.dateTime(at)}
        </Text>
      ),
      labels: { confirm: t(at ? "start.schedule" : "start.send"), cancel: t("back") },
      onConfirm: () => act.mutate({ do: "start", at }),
    });
  return (
    <Button
      leftSection={<IconSend size={18} aria-hidden />}
      onClick={ask}
      loading={act.isPending}
      disabled={waits || !found.data}
    >
      {t(at || waits ? "start.schedule" : "start.send")}
    </Button>
  );
}
