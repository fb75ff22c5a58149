import { useTranslation } from "react-i18next";

/** What an element is called; one that has no name here is called by its tag. */
export function useNameOf(): (tag: string) => string {
  const { t } = useTranslation("content");
  const names: Record<string, string> = t("blocks.names", { returnObjects: true });
  return (tag) => names[tag] ?? tag;
}
