import { Group, Select, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { Refusal } from "~/design/Refusal";
import { useWorkspace } from "~/routing/workspace";
import { without } from "../definition/paths";
import { useLanguage } from "../editing/useTypes";
import { useWording } from "../editing/useWording";
import { useStepNames } from "../forms/choosing";

/** Where people go who stand at a node of an earlier version; null: they leave. */
export type Mapping = Record<string, string | null>;
type Asked = { of: "draft"; revision: number } | { of: "version"; version: number };

interface MovesProps {
  journey: string;
  mapping: Mapping | undefined;
  onChange: (mapping: Mapping | undefined) => void;
  ask: Asked;
}

const LEAVE = "@leave";
const FINISH = "@finish";

/** What becomes of the people in flight: they finish the version they are in, or go where the reader says. */
export function Moves({ journey, mapping, onChange, ask }: MovesProps) {
  const { t } = useTranslation("journeys");
  const language = useLanguage();
  const preview = usePreview(journey, ask, mapping);
  const steps = useStepNames();
  const word = useWording();
  if (preview.error) return <Refusal error={preview.error} />;
  const groups = preview.data?.groups ?? [];
  if (groups.length === 0) return null;
  const choose = (node: string, to: string | null) => {
    const others: Mapping = without(mapping ?? {}, node);
    const next = to === FINISH || to === null ? others : { ...others, [node]: to === LEAVE ? null : to };
    onChange(Object.keys(next).length > 0 ? next : undefined);
  };
  return (
    <Stack gap="xs">
      <Title order={2} size="sm">
        {t("moves.title")}
      </Title>
      {groups.map(({ version, node, text, people }) => (
        <Group key={`${version} ${node}`} justify="space-between" wrap="nowrap" gap="md">
          <Text size="sm" flex={1}>
            {word(text[language])}
          </Text>
          <Select
            aria-label={t("moves.where", { count: people })}
            data={[
              { value: FINISH, label: t("moves.finish") },
              ...steps,
              { value: LEAVE, label: t("moves.leave") },
            ]}
            value={mapping && node in mapping ? (mapping[node] ?? LEAVE) : FINISH}
            onChange={(to) => choose(node, to)}
            allowDeselect={false}
            w={230}
          />
        </Group>
      ))}
    </Stack>
  );
}

function usePreview(key: string, ask: Asked, mapping: Mapping | undefined) {
  const { slug } = useWorkspace();
  return useQuery({
    queryKey: ["journeys", slug, "moves", key, ask, mapping],
    placeholderData: (before: Schema<"MovePreviewDetail"> | undefined) => before,
    queryFn: async () => {
      const params = { path: { key } };
      const moves = mapping ?? {};
      const { data, error } =
        ask.of === "draft"
          ? await call.POST("/api/journeys/{key}/draft/moves", { params, body: { moves } })
          : await call.POST("/api/journeys/{key}/roll-back/moves", {
              params,
              body: { version: ask.version, moves },
            });
      if (!data) throw error;
      return data;
    },
  });
}
