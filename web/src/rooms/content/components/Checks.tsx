import { Button, Group, Stack, Switch, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "~/api/client";
import { Card } from "~/design/Card";
import { Refusal } from "~/design/Refusal";
import type { Draft } from "../editing/draft";
import { Findings } from "./Findings";

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
          <Findings findings={check.data.findings} />
        ) : (
          <Text size="sm" c="var(--quiet)">
            {t("check.what")}
          </Text>
        )}
      </Stack>
    </Card>
  );
}
