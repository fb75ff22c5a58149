import { Alert, Group, Text } from "@mantine/core";
import { IconAlertCircle, IconAlertTriangle, IconInfoCircle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/client";
import { useLocal } from "~/i18n/local";
import { useWorkspace } from "~/routing/workspace";

const SEVERITIES = {
  error: { color: "red", icon: IconAlertCircle },
  warning: { color: "yellow", icon: IconAlertTriangle },
  info: { color: "ink", icon: IconInfoCircle },
} as const;

/** What needs attention, the gravest first, each with the way to the screen where it is mended. */
export function AttentionList({ items }: { items: Schema<"AttentionItem">[] }) {
  const local = useLocal();
  return items.map(({ kind, severity, text, target }) => {
    const { color, icon: Icon } = SEVERITIES[severity];
    return (
      <Alert key={kind + text.en} color={color} icon={<Icon aria-hidden />} p="sm">
        <Group justify="space-between" gap="sm">
          <Text size="sm">{local(text)}</Text>
          <Mend target={target} />
        </Group>
      </Alert>
    );
  });
}

/** The way to the screen of a target; what is mended outside the app has none. */
function Mend({ target: { screen, key } }: { target: Schema<"AttentionTarget"> }) {
  const { t } = useTranslation("home");
  const { slug: workspace } = useWorkspace();
  const text = t("attention.mend");
  if (screen === "journeys" && key) {
    return (
      <Link to="/w/$workspace/journeys/$journey" params={{ workspace, journey: key }}>
        {text}
      </Link>
    );
  }
  if (screen === "segments" && key) {
    return (
      <Link to="/w/$workspace/segments/$key" params={{ workspace, key }}>
        {text}
      </Link>
    );
  }
  const to = PLACES[screen];
  return (
    to && (
      <Link to={to} params={{ workspace }}>
        {text}
      </Link>
    )
  );
}

const PLACES: Partial<
  Record<
    Schema<"AttentionTarget">["screen"],
    "/w/$workspace/settings/providers" | "/w/$workspace/content/brand"
  >
> = {
  providers: "/w/$workspace/settings/providers",
  brand: "/w/$workspace/content/brand",
};
