import { ActionIcon, Button, Checkbox, Group, NativeSelect, Paper, Stack, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/client";
import { ActionInput, ChannelInput, HourInput } from "./times";

type Window = Schema<"WindowRule">;
type Open = Schema<"OpenHoursRule">;
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

interface WindowInputProps {
  number: number;
  window: Window;
  onChange: (window: Window) => void;
  onRemove: () => void;
}

/** When messages of a country and channel may go: hours of the week, and a calendar whose rest days are kept. */
export function WindowInput({ number, window, onChange, onRemove }: WindowInputProps) {
  const { t } = useTranslation("settings");
  const open = window.open ?? [];
  const add = () =>
    onChange({ ...window, open: [...open, { days: [...DAYS], after: "08:00", before: "21:00" }] });
  return (
    <Paper withBorder p="sm" role="group" aria-label={t("hours.windowOf", { number })}>
      <Stack gap="sm">
        <Group align="flex-end">
          <TextInput
            label={t("hours.country")}
            placeholder={t("hours.everywhere")}
            maxLength={2}
            value={window.country}
            onChange={(event) => onChange({ ...window, country: event.currentTarget.value.toUpperCase() })}
            w={150}
          />
          <ChannelInput value={window.channel} onChange={(channel) => onChange({ ...window, channel })} />
          <NativeSelect
            label={t("hours.calendar")}
            data={[
              { value: "", label: t("hours.calendars.none") },
              { value: "jewish", label: t("hours.calendars.jewish") },
            ]}
            value={window.calendar}
            onChange={(event) => onChange({ ...window, calendar: event.currentTarget.value })}
            w={210}
          />
          <ActionInput value={window.action} onChange={(action) => onChange({ ...window, action })} />
          <ActionIcon
            variant="subtle"
            color="red"
            size="lg"
            onClick={onRemove}
            aria-label={t("hours.removeWindow", { number })}
          >
            <IconTrash size={18} aria-hidden />
          </ActionIcon>
        </Group>
        {open.map((hours, at) => (
          <OpenInput
            key={at}
            open={hours}
            onChange={(changed) => onChange({ ...window, open: open.with(at, changed) })}
            onRemove={() => onChange({ ...window, open: open.toSpliced(at, 1) })}
          />
        ))}
        <Group>
          <Button variant="subtle" size="xs" leftSection={<IconPlus size={16} aria-hidden />} onClick={add}>
            {t("hours.newOpen")}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}

interface OpenInputProps {
  open: Open;
  onChange: (open: Open) => void;
  onRemove: () => void;
}

function OpenInput({ open, onChange, onRemove }: OpenInputProps) {
  const { t } = useTranslation("settings");
  return (
    <Group align="flex-end">
      <Checkbox.Group
        label={t("hours.days")}
        value={open.days ?? [...DAYS]}
        onChange={(days) => onChange({ ...open, days })}
      >
        <Group gap="sm" h={36}>
          {DAYS.map((day) => (
            <Checkbox key={day} value={day} label={t(`hours.weekdays.${day}`)} />
          ))}
        </Group>
      </Checkbox.Group>
      <HourInput
        label={t("hours.from")}
        value={open.after}
        onChange={(after) => onChange({ ...open, after })}
      />
      <HourInput
        label={t("hours.to")}
        value={open.before}
        onChange={(before) => onChange({ ...open, before })}
        untilEnd
      />
      <ActionIcon
        variant="subtle"
        color="red"
        size="lg"
        onClick={onRemove}
        aria-label={t("hours.removeOpen")}
      >
        <IconTrash size={18} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
