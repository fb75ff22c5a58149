import { Group, Paper, type PaperProps, Stack, Title } from "@mantine/core";
import type { ReactNode } from "react";

interface CardProps extends PaperProps {
  title?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A white surface with a heading: the one container of the app. */
export function Card({ title, actions, children, ...paper }: CardProps) {
  return (
    <Paper withBorder p="md" bg="var(--surface)" {...paper}>
      <Stack gap="sm">
        {(title || actions) && (
          <Group justify="space-between">
            <Title order={2} size="h5">
              {title}
            </Title>
            {actions}
          </Group>
        )}
        {children}
      </Stack>
    </Paper>
  );
}
