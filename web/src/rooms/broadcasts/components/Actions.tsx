import { Button, Group, Text } from "@mantine/core";
import { openConfirmModal } from "@mantine/modals";
import { IconPlayerPause, IconPlayerPlay, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/client";
import { useLocal } from "~/i18n/local";
import { useAllowed } from "~/routing/workspace";
import { useDeed } from "./useBroadcast";

/** Pause, resume, end: what can be done to a broadcast on its way. Ending it is asked first. */
export function Actions({ broadcast }: { broadcast: Schema<"BroadcastDetail"> }) {
  const { t } = useTranslation("broadcasts");
  const local = useLocal();
  const maySend = useAllowed("messaging:broadcast");
  const act = useDeed(broadcast.key);
  if (!maySend || ["finished", "cancelled"].includes(broadcast.state)) return null;
  const ask = () =>
    openConfirmModal({
      title: t("cancelling.title", { name: local(broadcast.name) }),
      children: <Text size="sm">{t("cancelling.what")}</Text>,
      labels: { confirm: t("cancelling.do"), cancel: t("back") },
      confirmProps: { color: "red.9" },
      onConfirm: () => act.mutate({ do: "cancel" }),
    });
  return (
    <Group gap="xs">
      {broadcast.state === "sending" && (
        <Button
          variant="default"
          leftSection={<IconPlayerPause size={18} aria-hidden />}
          onClick={() => act.mutate({ do: "pause" })}
          loading={act.isPending}
        >
          {t("pause")}
        </Button>
      )}
      {broadcast.state === "paused" && (
        <Button
          leftSection={<IconPlayerPlay size={18} aria-hidden />}
          onClick={() => act.mutate({ do: "resume" })}
          loading={act.isPending}
        >
          {t("resume")}
        </Button>
      )}
      <Button
        variant="subtle"
        color="red"
        leftSection={<IconX size={18} aria-hidden />}
        onClick={ask}
        disabled={act.isPending}
      >
        {t("cancelling.do")}
      </Button>
    </Group>
  );
}
