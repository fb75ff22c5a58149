import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Card } from "~/design/Card";
import { useAllowed } from "~/routing/workspace";

const ROLES = ["owner", "admin", "editor", "viewer"] as const;

/** The roles that the reader may give; only an owner makes owners. */
export function useRoles() {
  const { t } = useTranslation("settings");
  const mayMakeOwners = useAllowed("accounts:owners");
  return ROLES.map((role) => ({
    value: role,
    label: t(`roles.${role}`),
    disabled: role === "owner" && !mayMakeOwners,
  }));
}

/** What each role may do, in a sentence. */
export function RolesExplained() {
  const { t } = useTranslation("settings");
  return (
    <Card title={t("members.rolesTitle")}>
      <Stack gap={6}>
        {ROLES.map((role) => (
          <Text key={role} size="sm">
            <b>{t(`roles.${role}`)}</b>: {t(`roles.what.${role}`)}
          </Text>
        ))}
      </Stack>
    </Card>
  );
}
