import { Progress, SimpleGrid, Stack, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/client";
import { Card } from "~/design/Card";
import { useFormat } from "~/i18n/format";
import { useLocal } from "~/i18n/local";
import { Figure } from "./Preflight";

type Found = Schema<"BroadcastResultsDetail">;
const SHARES = ["delivered", "opened", "clicked", "bounced", "complained", "unsubscribed"] as const;

/** How far it is: what is settled of what there is. */
export function Going({ results }: { results: Found }) {
  const { t } = useTranslation("broadcasts");
  const format = useFormat();
  const { messages, sent, held, failed, waiting } = results;
  const settled = messages - waiting;
  const share = (count: number) => (messages > 0 ? (count / messages) * 100 : 0);
  const label = t("going.settled", { settled: format.number(settled), messages: format.number(messages) });
  return (
    <Card title={t("going.title")}>
      <Stack gap="xs">
        <Progress.Root size="lg">
          <Progress.Section value={share(sent)} color="green" aria-label={t("list.sent")} />
          <Progress.Section value={share(held)} color="gray" aria-label={t("list.held")} />
          <Progress.Section value={share(failed)} color="red" aria-label={t("list.failed")} />
        </Progress.Root>
        <Text size="sm" c="var(--quiet)" role="status">
          {label}
        </Text>
        <SimpleGrid cols={{ base: 2, xs: 4 }}>
          <Figure label={t("list.sent")} value={format.number(sent)} />
          <Figure label={t("going.waiting")} value={format.number(waiting)} />
          <Figure label={t("list.held")} value={format.number(held)} />
          <Figure label={t("list.failed")} value={format.number(failed)} />
        </SimpleGrid>
      </Stack>
    </Card>
  );
}

/** What people did with it. */
export function Results({ results }: { results: Found }) {
  const { t } = useTranslation("broadcasts");
  const format = useFormat();
  return (
    <Card title={t("results.title")}>
      <SimpleGrid cols={{ base: 2, xs: 3 }}>
        {SHARES.map((name) => (
          <Figure
            key={name}
            label={
              results.sent > 0
                ? `${t(`results.${name}`)} · ${format.percent(results[name] / results.sent)}`
                : t(`results.${name}`)
            }
            value={format.number(results[name])}
          />
        ))}
      </SimpleGrid>
      {results.machine > 0 && (
        <Text size="sm" c="var(--quiet)">
          {t("results.machine", { count: results.machine })}
        </Text>
      )}
      {results.reasons.length > 0 && <Reasons reasons={results.reasons} />}
    </Card>
  );
}

function Reasons({ reasons }: { reasons: Found["reasons"] }) {
  const { t } = useTranslation("broadcasts");
  const format = useFormat();
  const local = useLocal();
  return (
    <Table aria-label={t("preflight.held")}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("preflight.why")}</Table.Th>
          <Table.Th ta="end">{t("results.messages")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {reasons.map(({ state, reason, text, count }) => (
          <Table.Tr key={`${state} ${reason}`}>
            <Table.Td>{local(text)}</Table.Td>
            <Table.Td ta="end" className="numbers">
              {format.number(count)}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
