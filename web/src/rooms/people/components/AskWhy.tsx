import { Select, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { Card } from "~/design/Card";
import { useLocal } from "~/i18n/local";
import { type Subject, Why } from "./Why";

/** "Why did she, or did she not, get this?": a journey or a broadcast is chosen, the chain of facts answers. */
export function AskWhy({ person }: { person: number }) {
  const { t } = useTranslation("people");
  const local = useLocal();
  const [chosen, setChosen] = useState<string | null>(null);
  const journeys = api.useQuery("get", "/api/journeys").data ?? [];
  const broadcasts =
    api.useQuery("get", "/api/broadcasts", { params: { query: { limit: 100 } } }).data?.items ?? [];
  const options = [
    {
      group: t("why.journeys"),
      items: journeys.map(({ key, name }) => ({ value: `journey:${key}`, label: local(name) || key })),
    },
    {
      group: t("why.broadcasts"),
      items: broadcasts.map(({ key, name }) => ({ value: `broadcast:${key}`, label: local(name) || key })),
    },
  ];
  return (
    <Card title={t("why.title")}>
      <Stack>
        <Text size="sm" c="var(--quiet)">
          {t("why.about")}
        </Text>
        <Select
          label={t("why.what")}
          placeholder={t("why.choose")}
          data={options}
          value={chosen}
          onChange={setChosen}
          searchable
          maw={420}
        />
        {chosen && <Why key={chosen} person={person} subject={subjectOf(chosen)} />}
      </Stack>
    </Card>
  );
}

function subjectOf(chosen: string): Subject {
  const [kind, key] = chosen.split(/:(.*)/) as [string, string];
  return kind === "journey" ? { journey: key } : { broadcast: key };
}
