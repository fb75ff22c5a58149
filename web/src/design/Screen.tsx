import { Group, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";

interface ScreenProps {
  title: string;
  /** One sentence under the title. */
  about?: ReactNode;
  /** Buttons at the end of the title's line. */
  actions?: ReactNode;
  children: ReactNode;
}

/** One screen of the app: its title (also the window's), what it is about, its actions. */
export function Screen({ title, about, actions, children }: ScreenProps) {
  useDocumentTitle(`${title} · Kesher`);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-end" gap="sm">
        <Stack gap={2}>
          <Title order={1} size="h2">
            {title}
          </Title>
          {about && <Text c="var(--quiet)">{about}</Text>}
        </Stack>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
