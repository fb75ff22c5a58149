import { Anchor, Group, Image, Paper, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import mark from "~/design/mark.svg";
import { LANGUAGES, type Language, speak } from "~/i18n";
import classes from "./OpenFrame.module.css";

/** The frame of the screens before signing in: Kesher's name, the other language, one card. */
export function OpenFrame({ title, children, wide }: { title: string; children: ReactNode; wide?: boolean }) {
  const { t, i18n } = useTranslation("accounts");
  const other: Language = i18n.language === "he" ? "en" : "he";
  return (
    <main className={classes.page}>
      <Stack w="100%" maw={wide ? 640 : 400} gap="lg">
        <Group justify="space-between" align="center">
          <Group gap="xs">
            <Image src={mark} alt="" w={36} h={36} />
            <Text fw={700} size="lg">
              {i18n.language === "he" ? "קשר" : "Kesher"}
            </Text>
          </Group>
          <Anchor component="button" type="button" size="sm" lang={other} onClick={() => speak(other)}>
            {LANGUAGES[other]}
          </Anchor>
        </Group>
        <Paper withBorder p="xl" radius="lg" className={classes.card}>
          <Stack>
            <Title order={1} size="h3">
              {title}
            </Title>
            {children}
          </Stack>
        </Paper>
        <Text size="xs" c="dimmed" ta="center">
          {t("openFrame.what")}
        </Text>
      </Stack>
    </main>
  );
}
