import { Button, Stack, Text, Title } from "@mantine/core";
import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "~/api/problems";

/** A screen that could not be shown, and the way to try again. */
export function Failed({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  const router = useRouter();
  const again = () => {
    reset();
    router.invalidate();
  };
  return (
    <Stack align="center" p="xl" role="alert">
      <Title order={2}>{t("failed.title")}</Title>
      <Text c="var(--quiet)">{sentenceOf(error) ?? t("failed.unknown")}</Text>
      <Button onClick={again}>{t("failed.again")}</Button>
    </Stack>
  );
}
