import { Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { isEmpty, type Rule } from "../builder/rules";

/** A rule in words, as the API says it; nothing while the rule cannot be read yet. */
export function RuleSentence({ rule }: { rule: Rule }) {
  const { i18n } = useTranslation();
  const [settled] = useDebouncedValue(rule, 300);
  const { data } = api.useQuery(
    "post",
    "/api/rules/sentence",
    { body: { rule: settled } },
    { retry: false, enabled: !isEmpty(settled) },
  );
  if (!data || isEmpty(settled)) return null;
  return <Text c="var(--quiet)">{i18n.language === "he" ? data.whole.he : data.whole.en}</Text>;
}
