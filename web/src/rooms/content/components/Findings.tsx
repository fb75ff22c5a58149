import { Badge, Group, List, Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/client";
import { LANGUAGES } from "~/i18n";
import { useLocal } from "~/i18n/local";

const COLORS = { error: "red", warning: "orange", info: "gray" } as const;

/** What there is to look at in a message, the grave things first named as such; or that there is nothing. */
export function Findings({ findings }: { findings: Schema<"FindingDetail">[] }) {
  const { t } = useTranslation("content");
  if (findings.length === 0)
    return (
      <Group gap="xs">
        <IconCircleCheck size={20} color="var(--mantine-color-green-text)" aria-hidden />
        <Text size="sm">{t("check.good")}</Text>
      </Group>
    );
  return (
    <List listStyleType="none" spacing="xs" size="sm" withPadding={false}>
      {findings.map((finding) => (
        <List.Item key={`${finding.place} ${finding.code} ${finding.line} ${finding.text.en}`}>
          <FoundOne finding={finding} />
        </List.Item>
      ))}
    </List>
  );
}

function FoundOne({ finding }: { finding: Schema<"FindingDetail"> }) {
  const { t } = useTranslation("content");
  const local = useLocal();
  const language = finding.place.split(".")[1];
  const where = [
    (language === "he" || language === "en") && LANGUAGES[language],
    finding.line !== null && t("check.line", { line: finding.line }),
  ].filter(Boolean);
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <Badge color={COLORS[finding.severity]} variant="light" style={{ flexShrink: 0 }}>
        {t(`check.${finding.severity}`)}
      </Badge>
      <span>
        {local(finding.text)}
        {where.length > 0 && (
          <Text span size="sm" c="var(--quiet)" ms={6}>
            {where.join(" · ")}
          </Text>
        )}
      </span>
    </Group>
  );
}
