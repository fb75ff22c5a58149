import { Badge, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/client";
import { useLocal } from "~/i18n/local";
import { Copied } from "./Copied";

type Record_ = Schema<"DnsRecord">;

const COLORS: Record<Record_["state"], string> = {
  unchecked: "gray",
  ok: "green",
  unsure: "yellow",
  missing: "orange",
  wrong: "red",
  silent: "gray",
};

/** One record of a domain: its state, what to do, what to publish, and what was found. */
export function DnsRecord({ record }: { record: Record_ }) {
  const { t } = useTranslation("settings");
  const local = useLocal();
  const kind = record.kind.toUpperCase();
  const settled = record.state === "ok";
  // A key that is in order says nothing to anybody.
  const found = settled && record.kind === "dkim" ? [] : record.found;
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Text fw={600}>{kind}</Text>
        <Badge color={COLORS[record.state]} variant="light">
          {t(`domains.states.${record.state}`)}
        </Badge>
        <Text size="sm" c="var(--quiet)">
          {t(`domains.kinds.${record.kind as "spf"}`)}
        </Text>
      </Group>
      <Text size="sm">{local(record.text)}</Text>
      {record.value && !settled && (
        <Stack gap={4}>
          <Part label={t("domains.name")} value={record.name} of={kind} />
          <Part label={t("domains.value")} value={record.value} of={kind} block />
        </Stack>
      )}
      {found.length > 0 && (
        <Stack gap={4}>
          <Text size="xs" c="var(--quiet)">
            {t("domains.found")}
          </Text>
          {found.map((text) => (
            <Text key={text} size="xs" ff="monospace" style={{ overflowWrap: "anywhere" }}>
              <bdi dir="ltr">{text}</bdi>
            </Text>
          ))}
        </Stack>
      )}
    </Stack>
  );
}

function Part({ label, value, of, block }: { label: string; value: string; of: string; block?: boolean }) {
  return (
    <div>
      <Text size="xs" c="var(--quiet)">
        {label}
      </Text>
      <Copied value={value} name={`${label} · ${of}`} block={block ?? false} />
    </div>
  );
}
