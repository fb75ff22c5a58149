import { NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/client";

type Action = Schema<"CapRule">["action"];

const HALF_HOURS = Array.from({ length: 49 }, (_, half) => {
  const hour = String(Math.floor(half / 2)).padStart(2, "0");
  return `${hour}:${half % 2 ? "30" : "00"}`;
});

interface HourInputProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** Whether the day's end, 24:00, can be chosen. */
  untilEnd?: boolean;
}

/** A time of day by the half hour; another minute that was set elsewhere stays choosable. */
export function HourInput({ label, value, onChange, untilEnd }: HourInputProps) {
  const hours = untilEnd ? HALF_HOURS : HALF_HOURS.slice(0, -1);
  return (
    <NativeSelect
      label={label}
      data={hours.includes(value) ? hours : [...hours, value].toSorted()}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      w={110}
    />
  );
}

/** What becomes of a message that may not go now: it waits, or it is dropped. */
export function ActionInput({ value, onChange }: { value: Action; onChange: (value: Action) => void }) {
  const { t } = useTranslation("settings");
  return (
    <NativeSelect
      label={t("hours.action")}
      data={(["defer", "drop"] as const).map((action) => ({
        value: action,
        label: t(`hours.actions.${action}`),
      }))}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value as Action)}
      w={190}
    />
  );
}

/** For which channel a rule is; empty means all. */
export function ChannelInput({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation("settings");
  return (
    <NativeSelect
      label={t("channel")}
      data={[
        { value: "", label: t("channels.all") },
        { value: "email", label: t("channels.email") },
      ]}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      w={150}
    />
  );
}
