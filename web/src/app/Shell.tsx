import { AppShell, Box, Burger, Group, NavLink, ScrollArea, Text } from "@mantine/core";
import { useDisclosure, useReducedMotion } from "@mantine/hooks";
import { Link, Outlet } from "@tanstack/react-router";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Waiting } from "~/design/Waiting";
import { useWorkspace } from "~/routing/workspace";
import { navigation } from "./navigation";
import { ReaderMenu } from "./ReaderMenu";
import classes from "./Shell.module.css";
import { WorkspaceMenu } from "./WorkspaceMenu";

/** The frame of a workspace: navigation at the side, who and where at the top, the screen in the middle. */
export function Shell() {
  return (
    <Suspense fallback={<Waiting />}>
      <Frame />
    </Suspense>
  );
}

function Frame() {
  const { t } = useTranslation();
  const [opened, { toggle, close }] = useDisclosure();
  const still = useReducedMotion();
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 232, breakpoint: "sm", collapsed: { mobile: !opened } }}
      padding={0}
      transitionDuration={still ? 0 : 200}
    >
      <a href="#main" className={classes.skip}>
        {t("skipToContent")}
      </a>
      <AppShell.Header className={classes.header}>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t("navigation")} />
            <WorkspaceMenu />
          </Group>
          <ReaderMenu />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" className={classes.navbar} aria-label={t("navigation")}>
        <AppShell.Section grow component={ScrollArea}>
          <Navigation onChoose={close} />
        </AppShell.Section>
        <Text size="xs" c="var(--quiet)" p="xs">
          Kesher · קשר
        </Text>
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <Box className={classes.main}>
          <Suspense fallback={<Waiting />}>
            <Outlet />
          </Suspense>
        </Box>
      </AppShell.Main>
    </AppShell>
  );
}

function Navigation({ onChoose }: { onChoose: () => void }) {
  const { t } = useTranslation();
  const { slug, permissions } = useWorkspace();
  return navigation
    .filter((entry) => !entry.permission || permissions.includes(entry.permission))
    .map(({ to, icon: Icon, text, exact }) => (
      <NavLink
        key={to}
        renderRoot={(props) => (
          <Link to={to} params={{ workspace: slug }} activeOptions={{ exact: exact ?? false }} {...props} />
        )}
        onClick={onChoose}
        label={t(text)}
        leftSection={<Icon size={20} stroke={1.6} aria-hidden />}
        className={classes.entry}
      />
    ));
}
