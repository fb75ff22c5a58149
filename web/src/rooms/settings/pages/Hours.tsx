import { Button, Fieldset, Group, Stack, Switch, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { Card } from "~/design/Card";
import { Refusal } from "~/design/Refusal";
import { Screen } from "~/design/Screen";
import { Waiting } from "~/design/Waiting";
import { useAllowed } from "~/routing/workspace";
import { useChange, useSaved, useSettings } from "../components/asking";
import { CapInput } from "../components/CapInput";
import { Closings } from "../components/Closings";
import { Locked } from "../components/Locked";
import { ActionInput, HourInput } from "../components/times";
import { WindowInput } from "../components/WindowInput";

export type Policy = Required<Schema<"PolicyDocument">>;

/** When and how often marketing may reach people. */
export function Hours() {
  const { t } = useTranslation("settings");
  const { data, error } = useSettings("policy", () => call.GET("/api/policy"));
  return (
    <Screen title={t("hours.title")} about={t("hours.about")}>
      <Locked permission="messaging:policy" />
      <Refusal error={error} />
      {data ? <PolicyForm first={data} /> : !error && <Waiting />}
    </Screen>
  );
}

function PolicyForm({ first }: { first: Schema<"PolicyDocument"> }) {
  const { t } = useTranslation("settings");
  const may = useAllowed("messaging:policy");
  const saved = useSaved();
  const [policy, setPolicy] = useState<Policy>({ caps: [], quiet_hours: null, windows: [], ...first });
  const save = useChange(() => call.PUT("/api/policy", { body: policy }));
  const change = (part: Partial<Policy>) => setPolicy({ ...policy, ...part });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(undefined, { onSuccess: saved });
      }}
    >
      <Fieldset variant="unstyled" disabled={!may}>
        <Stack>
          <QuietHours quiet={policy.quiet_hours} onChange={(quiet_hours) => change({ quiet_hours })} />
          <Windows windows={policy.windows} onChange={(windows) => change({ windows })} />
          <Caps caps={policy.caps} onChange={(caps) => change({ caps })} />
          <Refusal error={save.error} />
          {may && (
            <Group>
              <Button type="submit" loading={save.isPending}>
                {t("save", { ns: "app" })}
              </Button>
              <Text size="sm" c="var(--quiet)">
                {t("hours.holds")}
              </Text>
            </Group>
          )}
        </Stack>
      </Fieldset>
    </form>
  );
}

interface PartProps<Part> {
  onChange: (part: Part) => void;
}

function QuietHours({
  quiet,
  onChange,
}: PartProps<Policy["quiet_hours"]> & { quiet: Policy["quiet_hours"] }) {
  const { t } = useTranslation("settings");
  return (
    <Card title={t("hours.quiet")}>
      <Switch
        label={t("hours.quietOn")}
        description={t("hours.quietWhat")}
        checked={quiet !== null}
        onChange={(event) =>
          onChange(event.currentTarget.checked ? { start: "21:00", end: "08:00", action: "defer" } : null)
        }
      />
      {quiet && (
        <Group align="flex-end">
          <HourInput
            label={t("hours.from")}
            value={quiet.start}
            onChange={(start) => onChange({ ...quiet, start })}
          />
          <HourInput
            label={t("hours.to")}
            value={quiet.end}
            onChange={(end) => onChange({ ...quiet, end })}
          />
          <ActionInput value={quiet.action} onChange={(action) => onChange({ ...quiet, action })} />
        </Group>
      )}
    </Card>
  );
}

function Windows({ windows, onChange }: PartProps<Policy["windows"]> & { windows: Policy["windows"] }) {
  const { t } = useTranslation("settings");
  const add = () =>
    onChange([...windows, { channel: "", country: "", open: [], calendar: "jewish", action: "defer" }]);
  return (
    <Card
      title={t("hours.windows")}
      actions={
        <Button variant="default" size="xs" leftSection={<IconPlus size={16} aria-hidden />} onClick={add}>
          {t("hours.newWindow")}
        </Button>
      }
    >
      <Text size="sm" c="var(--quiet)">
        {t("hours.windowsWhat")}
      </Text>
      {windows.map((window, at) => (
        <WindowInput
          key={at}
          number={at + 1}
          window={window}
          onChange={(changed) => onChange(windows.with(at, changed))}
          onRemove={() => onChange(windows.toSpliced(at, 1))}
        />
      ))}
      {windows.some(({ calendar }) => calendar !== "") && <Closings />}
    </Card>
  );
}

function Caps({ caps, onChange }: PartProps<Policy["caps"]> & { caps: Policy["caps"] }) {
  const { t } = useTranslation("settings");
  const add = () => onChange([...caps, { channel: "", limit: 3, window_hours: 168, action: "drop" }]);
  return (
    <Card
      title={t("hours.caps")}
      actions={
        <Button variant="default" size="xs" leftSection={<IconPlus size={16} aria-hidden />} onClick={add}>
          {t("hours.newCap")}
        </Button>
      }
    >
      <Text size="sm" c="var(--quiet)">
        {t("hours.capsWhat")}
      </Text>
      {caps.map((cap, at) => (
        <CapInput
          key={at}
          number={at + 1}
          cap={cap}
          onChange={(changed) => onChange(caps.with(at, changed))}
          onRemove={() => onChange(caps.toSpliced(at, 1))}
        />
      ))}
    </Card>
  );
}
