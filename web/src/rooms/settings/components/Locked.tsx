import { Text } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useAllowed } from "~/routing/workspace";

/** Says to who may see but not change that it is so; nothing to everybody else. */
export function Locked({ permission }: { permission: string }) {
  const { t } = useTranslation("settings");
  if (useAllowed(permission)) return null;
  return (
    <Text size="sm" c="var(--quiet)">
      <IconLock size={15} aria-hidden style={{ verticalAlign: "-2px", marginInlineEnd: 6 }} />
      {t("locked")}
    </Text>
  );
}
