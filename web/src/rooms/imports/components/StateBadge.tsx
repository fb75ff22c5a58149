import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ImportDetail } from "./useImport";

const COLORS: Record<ImportDetail["state"], string> = {
  draft: "gray",
  waiting: "ink",
  working: "ink",
  finished: "green",
  failed: "red",
  cancelled: "gray",
};

/** How far an import is, in a word. */
export function StateBadge({ state }: { state: ImportDetail["state"] }) {
  const { t } = useTranslation("imports");
  return (
    <Badge variant="light" color={COLORS[state]} tt="none">
      {t(`states.${state}`)}
    </Badge>
  );
}
