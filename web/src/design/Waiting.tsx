import { Center, Loader } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** Shown while a screen is being read. */
export function Waiting() {
  const { t } = useTranslation();
  return (
    <Center mih="40vh" role="status" aria-label={t("waiting")}>
      <Loader type="dots" />
    </Center>
  );
}
