import { Alert } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** Why a change of one's own sign-in was refused; nothing while there is no refusal. */
export function OwnRefusal({ error }: { error: Error | null }) {
  const { t } = useTranslation();
  if (!error) return null;
  return (
    <Alert color="red" role="alert">
      {error.message || t("failed.unknown")}
    </Alert>
  );
}
