import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";

const COLORS = {
  draft: "gray",
  scheduled: "blue",
  sending: "green",
  paused: "orange",
  finished: "gray",
  cancelled: "gray",
} as const;
type State = keyof typeof COLORS;

/** How far a broadcast is. */
export function StateBadge({ state }: { state: string }) {
  const { t } = useTranslation("broadcasts");
  const known = state in COLORS ? (state as State) : undefined;
  return (
    <Badge component="span" color={known ? COLORS[known] : "gray"} variant="light" miw="max-content">
      {known ? t(`state.${known}`) : state}
    </Badge>
  );
}
