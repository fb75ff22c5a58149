import { ActionIcon, Group, NumberInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/client";
import { ActionInput, ChannelInput } from "./times";

type Cap = Schema<"CapRule">;

interface CapInputProps {
  number: number;
  cap: Cap;
  onChange: (cap: Cap) => void;
  onRemove: () => void;
}

/** At most so many messages to a person in so many hours. */
export function CapInput({ number, cap, onChange, onRemove }: CapInputProps) {
  const { t } = useTranslation("settings");
  return (
    <Group align="flex-end" role="group" aria-label={t("hours.capOf", { number })}>
      <NumberInput
        label={t("hours.limit")}
        min={1}
        required
        value={cap.limit}
        onChange={(limit) => onChange({ ...cap, limit: Number(limit) })}
        w={130}
      />
      <NumberInput
        label={t("hours.within")}
        min={1}
        required
        value={cap.window_hours}
        onChange={(hours) => onChange({ ...cap, window_hours: Number(hours) })}
        w={130}
      />
      <ChannelInput value={cap.channel} onChange={(channel) => onChange({ ...cap, channel })} />
      <ActionInput value={cap.action} onChange={(action) => onChange({ ...cap, action })} />
      <ActionIcon
        variant="subtle"
        color="red"
        size="lg"
        onClick={onRemove}
        aria-label={t("hours.removeCap", { number })}
      >
        <IconTrash size={18} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
