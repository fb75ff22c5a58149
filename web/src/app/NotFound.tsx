import { Anchor, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

/** No screen has this address. */
export function NotFound() {
  const { t } = useTranslation();
  return (
    <Stack align="center" p="xl">
      <Title order={2}>{t("notFound.title")}</Title>
      <Text c="var(--quiet)">{t("notFound.what")}</Text>
      <Anchor component={Link} to="/">
        {t("notFound.home")}
      </Anchor>
    </Stack>
  );
}
