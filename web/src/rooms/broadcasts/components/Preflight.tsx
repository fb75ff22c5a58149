import { Group, Skeleton, Stack, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { Refusal } from "~/design/Refusal";
import { useFormat } from "~/i18n/format";
import { useLocal } from "~/i18n/local";
import { Findings } from "~/rooms/content";
import { useWorkspace } from "~/routing/workspace";
import type { Audience } from "./audience";

export interface Question extends Audience {
  topic: string;
  template?: string | undefined;
  at?: string | null;
  /** `at` is a time of everybody's own clock. */
  local_time?: boolean;
}

/** How many of an audience would get a broadcast, asked when there is an audience. */
export function usePreflight(question: Question | undefined) {
  const { slug } = useWorkspace();
  return useQuery({
    queryKey: ["broadcasts", slug, "preflight", question],
    enabled: question !== undefined,
    queryFn: async () => {
      const { data, error } = await call.POST("/api/broadcast-preflight", {
        body: { topic: "", template: "", local_time: false, ...question },
      });
      if (!data) throw error;
      return data;
    },
  });
}

/** Who would get it, who is held back, and why. */
export function Preflight({ question }: { question: Question }) {
  const { t } = useTranslation("broadcasts");
  const { data, error } = usePreflight(question);
  if (error) return <Refusal error={error} />;
  if (!data) return <Skeleton h={96} aria-label={t("preflight.waiting")} />;
  return <Counted found={data} />;
}

function Counted({ found }: { found: Schema<"PreflightDetail"> }) {
  const { t } = useTranslation("broadcasts");
  const format = useFormat();
  const local = useLocal();
  const count = (value: number) => (found.estimated ? `≈ ${format.number(value)}` : format.number(value));
  return (
    <Stack gap="sm">
      <Group gap="xl">
        <Figure label={t("preflight.sends")} value={count(found.sends)} />
        <Figure label={t("preflight.audience")} value={count(found.audience)} />
      </Group>
      {found.estimated && (
        <Text size="sm" c="var(--quiet)">
          {t("preflight.estimated")}
        </Text>
      )}
      {found.held.length > 0 && (
        <Table aria-label={t("preflight.held")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("preflight.why")}</Table.Th>
              <Table.Th ta="end">{t("preflight.people")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {found.held.map(({ reason, text, people, later }) => (
              <Table.Tr key={reason}>
                <Table.Td>
                  {local(text)}
                  {later && (
                    <Text size="xs" c="var(--quiet)">
                      {t("preflight.later")}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td ta="end" className="numbers">
                  {count(people)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {found.findings.length > 0 && (
        <Stack gap="xs">
          <Text fw={600} size="sm">
            {t("preflight.findings")}
          </Text>
          <Findings findings={found.findings} />
        </Stack>
      )}
    </Stack>
  );
}

/** A number and what it counts. */
export function Figure({ label, value }: { label: string; value: string }) {
  return (
    <Stack gap={0}>
      <Text size="xl" fw={600} className="numbers">
        {value}
      </Text>
      <Text size="sm" c="var(--quiet)">
        {label}
      </Text>
    </Stack>
  );
}
