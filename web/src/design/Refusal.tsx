import { Alert } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { isProblem, sentenceOf } from "~/api/problems";

/** Says why something did not work, in the API's own words; nothing while there is no error. */
export function Refusal({ error }: { error: unknown }) {
  const { t } = useTranslation();
  if (!error) return null;
  const forbidden = isProblem(error) && error.status === 403;
  return (
    <Alert color={forbidden ? "gray" : "red"} icon={<IconAlertTriangle />} role="alert">
      {sentenceOf(error) ?? t("failed.unknown")}
    </Alert>
  );
}
