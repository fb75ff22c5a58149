import { Badge, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { api, type Schema } from "~/api/client";
import { Refusal } from "~/design/Refusal";
import { useFormat } from "~/i18n/format";
import { useLocal } from "~/i18n/local";
import { Explanation } from "~/rooms/segments";

/** What is asked about: one message, or what a journey or a broadcast had for the person. */
export type Subject = { message: number } | { journey: string } | { broadcast: string };

/** Why a person got something, or did not: the answer, and the chain of facts behind it. */
export function Why({ person, subject }: { person: number; subject: Subject }) {
  const local = useLocal();
  const { data, error } = api.useQuery("get", "/api/profiles/{profile_id}/why", {
    params: { path: { profile_id: person }, query: subject },
  });
  if (error) return <Refusal error={error} />;
  if (!data) return <Skeleton h={120} />;
  return (
    <Stack gap="sm">
      <Text fw={600}>{local(data.answer)}</Text>
      <Stack component="ol" gap="xs" ps="md" m={0}>
        {data.facts.map((fact, at) => (
          <FactLine key={at} fact={fact} />
        ))}
      </Stack>
    </Stack>
  );
}

function FactLine({ fact }: { fact: Schema<"FactDetail"> }) {
  const { t } = useTranslation("people");
  const local = useLocal();
  const format = useFormat();
  return (
    <li>
      <Group gap="xs" align="baseline">
        <Text size="sm">{format.sentence(local(fact.text))}</Text>
        {fact.basis !== "recorded" && (
          <Badge size="xs" variant="default" tt="none">
            {t(fact.basis === "replayed" ? "why.replayed" : "why.now")}
          </Badge>
        )}
      </Group>
      {fact.at && (
        <Text size="xs" c="var(--quiet)" className="numbers">
          {format.dateTime(fact.at)}
        </Text>
      )}
      {fact.explanation && <Explanation explanation={fact.explanation} />}
    </li>
  );
}
