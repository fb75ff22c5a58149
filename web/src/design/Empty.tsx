import { Stack, Text, ThemeIcon, Title } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";

interface EmptyProps {
  icon: Icon;
  title: string;
  /** What will be here, and what to do for it. */
  children?: ReactNode;
  action?: ReactNode;
}

/** What a list shows while it has nothing. */
export function Empty({ icon: Picture, title, children, action }: EmptyProps) {
  return (
    <Stack align="center" gap="xs" py="xl" ta="center">
      <ThemeIcon size={56} radius="xl" variant="light" aria-hidden>
        <Picture size={28} stroke={1.5} />
      </ThemeIcon>
      <Title order={2} size="h4">
        {title}
      </Title>
      {children && (
        <Text c="var(--quiet)" maw={440}>
          {children}
        </Text>
      )}
      {action}
    </Stack>
  );
}
