import { Button, Checkbox, Group, SegmentedControl, Text } from "@mantine/core";
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

/** When it is to go out; `at` is null for now, and for later until a time is chosen. */
interface Start {
  when: "now" | "later";
  at: string | null;
  local_time: boolean;
}

/** Before it goes out: who gets it, who does not, and the start, now or later; asked with the number of people. */
export function StartCard({ broadcast }: { broadcast: Schema<"BroadcastDetail"> }) {
  const { t } = useTranslation("broadcasts");
  const maySend = useAllowed("messaging:broadcast");
  const [start, setStart] = useState<Start>({ when: "now", at: null, local_time: false });
  const { segment, list, topic, template } = broadcast;
  const { at, local_time } = start;
  const question = { segment, list, topic, template, ...(at && { at, local_time }) };
  return (
    <Card title={t("preflight.title")}>
      <Preflight question={question} />
      {maySend && (
        <Group align="flex-end" gap="sm" mt="sm">
          <When start={start} onChange={setStart} paced={broadcast.rate_per_minute !== null} />
          <StartButton broadcast={broadcast} start={start} question={question} />
        </Group>
      )}
    </Card>
  );
}

interface WhenProps {
  start: Start;
  onChange: (start: Start) => void;
  /** Whether it keeps a pace, which everybody's own time does not go with. */
  paced: boolean;
}

/** Now, or at a day and a time: of the workspace's clock, or of everybody's own. */
function When({ start, onChange, paced }: WhenProps) {
  const { t } = useTranslation("broadcasts");
  const { timezone } = useWorkspace();
  const [clock, setClock] = useState<string | null>(null);
  const { when, local_time } = start;
  const show = (text: string | null) => {
    setClock(text);
    onChange({ ...start, at: text ? dayjs.tz(text, timezone).toISOString() : null });
  };
  const turn = (next: Start["when"]) =>
    next === "now"
      ? onChange({ when: next, at: null, local_time: false })
      : onChange({ ...start, when: next });
  return (
    <>
      <SegmentedControl<Start["when"]>
        aria-label={t("start.when")}
        value={when}
        onChange={(next) => {
          setClock(null);
          turn(next);
        }}
        data={[
          { value: "now", label: t("start.now") },
          { value: "later", label: t("start.later") },
        ]}
      />
      {when === "later" && (
        <>
          <DateTimePicker
            label={local_time ? t("start.theirClock") : t("start.clock", { timezone })}
            value={clock}
            onChange={show}
            minDate={dayjs().format("YYYY-MM-DD")}
            w={240}
          />
          <Checkbox
            label={t("start.local")}
            description={t(paced ? "start.localPaced" : "start.localWhat")}
            checked={local_time}
            disabled={paced}
            onChange={(event) => onChange({ ...start, local_time: event.currentTarget.checked })}
          />
        </>
      )}
    </>
  );
}

/** While it waits for its time: who will get it then. */
export function Expected({ broadcast }: { broadcast: Schema<"BroadcastDetail"> }) {
  const { t } = useTranslation("broadcasts");
  const { segment, list, topic, scheduled_at: at, local_time } = broadcast;
  return (
    <Card title={t("preflight.title")}>
      <Preflight question={{ segment, list, topic, ...(at && { at, local_time }) }} />
    </Card>
  );
}

interface StartButtonProps {
  broadcast: Schema<"BroadcastDetail">;
  start: Start;
  question: Question;
}

function StartButton({ broadcast, start, question }: StartButtonProps) {
  const { t } = useTranslation("broadcasts");
  const format = useFormat();
  const found = usePreflight(question);
  const act = useDeed(broadcast.key);
  const { at, local_time } = start;
  const waits = start.when === "later" && !at;
  const count = found.data?.sends ?? 0;
  const ask = () =>
    openConfirmModal({
      title: t("start.title"),
      children: (
        <Text size="sm">
          {t("start.what", { count, people: format.number(count) })} {at && format.dateTime(at)}
          {local_time && ` · ${t("start.local")}`}
        </Text>
      ),
      labels: { confirm: t(at ? "start.schedule" : "start.send"), cancel: t("back") },
      onConfirm: () => act.mutate({ do: "start", at, local_time }),
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
