import { Group, Stack, Text } from "@mantine/core";
import { IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/client";
import { useFormat } from "~/i18n/format";
import { useLocal } from "~/i18n/local";

/** A rule asked about one person: each part, whether it holds, the value that decided it, and until when. */
export function Explanation({ explanation }: { explanation: Schema<"RuleExplanation"> }) {
  const { t } = useTranslation("segments");
  const local = useLocal();
  const format = useFormat();
  const { holds, sentence, found, parts, changes_at: changes } = explanation;
  const Picture = holds ? IconCircleCheck : IconCircleX;
  return (
    <Stack gap={4}>
      <Group gap={6} wrap="nowrap" align="flex-start">
        <Picture
          size={16}
          color={holds ? "var(--mantine-color-green-7)" : "var(--mantine-color-red-7)"}
          style={{ flex: "none", marginBlockStart: 2 }}
          aria-label={t(holds ? "explanation.holds" : "explanation.doesNotHold")}
        />
        <Stack gap={0}>
          <Text size="xs">{format.sentence(local(sentence))}</Text>
          {found && (
            <Text size="xs" c="var(--quiet)">
              {format.sentence(local(found))}
            </Text>
          )}
          {changes && (
            <Text size="xs" c="var(--quiet)">
              {t("explanation.until", { at: format.dateTime(changes) })}
            </Text>
          )}
        </Stack>
      </Group>
      {parts.length > 0 && (
        <Stack gap={4} ms="lg">
          {parts.map((part, at) => (
            <Explanation key={at} explanation={part} />
          ))}
        </Stack>
      )}
    </Stack>
  );
}
