import { Badge, Button, Group, List, Stack, Switch, Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { Card } from "~/design/Card";
import { Refusal } from "~/design/Refusal";
import { LANGUAGES } from "~/i18n";
import { useLocal } from "~/i18n/local";
import type { Draft } from "../editing/draft";

const COLORS = { error: "red", warning: "orange", info: "gray" } as const;

/** What to look at before the message is used: links, images, size, the law, languages, names. */
export function Checks({ draft }: { draft: Draft }) {
  const { t } = useTranslation("content");
  const [marketing, setMarketing] = useState(true);
  const check = useMutation({
    mutationFn: async () => {
      const { fallback_language, variants } = draft;
      const { data, error } = await call.POST("/api/template-check", {
        body: { fallback_language, variants, marketing },
      });
      if (!data) throw error;
      return data;
    },
  });
  return (
    <Card
      title={t("check.title")}
      actions={
        <Group gap="md">
          <Switch
            label={t("check.marketing")}
            checked={marketing}
            onChange={({ currentTarget }) => setMarketing(currentTarget.checked)}
          />
          <Button variant="default" onClick={() => check.mutate()} loading={check.isPending}>
            {t("check.do")}
          </Button>
        </Group>
      }
    >
      <Stack gap="xs" aria-live="polite">
        <Refusal error={check.error} />
        {check.data ? (
          <Found findings={check.data.findings} />
        ) : (
          <Text size="sm" c="var(--quiet)">
            {t("check.what")}
          </Text>
        )}
      </Stack>
    </Card>
  );
}

function Found({ findings }: { findings: Schema<"FindingDetail">[] }) {
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
