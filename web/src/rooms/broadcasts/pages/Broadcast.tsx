import { Anchor, Group, Text } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/client";
import { Card } from "~/design/Card";
import { Refusal } from "~/design/Refusal";
import { Screen } from "~/design/Screen";
import { Waiting } from "~/design/Waiting";
import { useFormat } from "~/i18n/format";
import { useLocal } from "~/i18n/local";
import { Actions } from "../components/Actions";
import { choiceOf } from "../components/audience";
import { Going, Results } from "../components/Results";
import { Expected, StartCard } from "../components/StartCard";
import { StateBadge } from "../components/StateBadge";
import { useBroadcast } from "../components/useBroadcast";
import { useChoices } from "../components/useChoices";

const route = getRouteApi("/w/$workspace/broadcasts/$broadcast");

/** One broadcast: before it goes out, while it goes out, and what became of it. */
export function Broadcast() {
  const { t } = useTranslation("broadcasts");
  const local = useLocal();
  const { broadcast: key, workspace } = route.useParams();
  const { data, error } = useBroadcast(key);
  if (error && !data) return <Refusal error={error} />;
  if (!data) return <Waiting />;
  const { broadcast, results } = data;
  return (
    <Screen
      title={local(broadcast.name)}
      about={
        <Group gap="xs" component="span">
          <Anchor
            renderRoot={(props) => <Link to="/w/$workspace/broadcasts" params={{ workspace }} {...props} />}
          >
            {t("list.all")}
          </Anchor>
          <StateBadge state={broadcast.state} />
        </Group>
      }
      actions={<Actions broadcast={broadcast} />}
    >
      <Refusal error={error} />
      <About broadcast={broadcast} />
      {broadcast.state === "draft" && <StartCard broadcast={broadcast} />}
      {broadcast.state === "scheduled" && <Expected broadcast={broadcast} />}
      {!["draft", "scheduled"].includes(broadcast.state) && (
        <>
          <Going results={results} />
          <Results results={results} />
        </>
      )}
    </Screen>
  );
}

/** What the audience is called; its key while names are read, a dash when it was deleted since. */
function audienceName(broadcast: Schema<"BroadcastDetail">, choices: ReturnType<typeof useChoices>): string {
  const everybody = choices.audiences?.flatMap(({ items }) => items) ?? [];
  const chosen = choiceOf(broadcast);
  const known = everybody.find(({ value }) => value === chosen);
  return known?.label ?? broadcast.segment ?? broadcast.list ?? "–";
}

function About({ broadcast }: { broadcast: Schema<"BroadcastDetail"> }) {
  const { t } = useTranslation("broadcasts");
  const format = useFormat();
  const choices = useChoices();
  const label = (of: "templates" | "topics", key: string) =>
    choices[of]?.find(({ value }) => value === key)?.label ?? key;
  const { template, topic, rate_per_minute: rate, started_at, scheduled_at, local_time } = broadcast;
  const facts: [string, string][] = [
    [t("new.template"), label("templates", template)],
    [t(broadcast.list === null ? "new.ofSegment" : "new.ofList"), audienceName(broadcast, choices)],
    [t("new.topic"), topic ? label("topics", topic) : t("new.noTopic")],
    [t("new.rate"), rate === null ? t("new.free") : format.number(rate)],
  ];
  const begun = started_at ?? scheduled_at;
  if (local_time && scheduled_at) facts.push([t("start.local"), format.dateTime(scheduled_at)]);
  else if (begun) facts.push([t("list.when"), format.dateTime(begun)]);
  return (
    <Card>
      <Group gap="xl" align="flex-start">
        {facts.map(([name, value]) => (
          <div key={name}>
            <Text size="sm" c="var(--quiet)">
              {name}
            </Text>
            <bdi>{value}</bdi>
          </div>
        ))}
      </Group>
    </Card>
  );
}
