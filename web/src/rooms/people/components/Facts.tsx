import { Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { Card } from "~/design/Card";
import { useFormat } from "~/i18n/format";
import { useNames } from "~/i18n/names";

/** By what a person is recognised, and the profiles that became hers. */
export function Facts({ person }: { person: number }) {
  const { t } = useTranslation("people");
  const format = useFormat();
  const names = useNames();
  const path = { params: { path: { profile_id: person } } };
  const identifiers = api.useQuery("get", "/api/profiles/{profile_id}/identifiers", path).data ?? [];
  const merges = api.useQuery("get", "/api/profiles/{profile_id}/merges", path).data ?? [];
  return (
    <Card title={t("identity.title")}>
      <Stack gap={6}>
        {identifiers.map(({ kind, value }) => (
          <Group key={kind + value} justify="space-between" wrap="nowrap">
            <Text size="sm" c="var(--quiet)">
              {names.identifier(kind)}
            </Text>
            <Text size="sm" dir="ltr" truncate>
              {value}
            </Text>
          </Group>
        ))}
        {merges.map((merge) => (
          <Text key={merge.id} size="xs" c="var(--quiet)">
            {t(merge.undone_at ? "identity.undone" : "identity.merged", {
              id: merge.loser_id,
              date: format.date(merge.merged_at),
            })}
          </Text>
        ))}
      </Stack>
    </Card>
  );
}
