import { Grid, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { api, type Schema } from "~/api/client";
import { Card } from "~/design/Card";
import { Refusal } from "~/design/Refusal";
import { Screen } from "~/design/Screen";
import { Waiting } from "~/design/Waiting";
import { useFormat } from "~/i18n/format";
import { AttentionList } from "../components/Attention";
import { FirstSteps } from "../components/FirstSteps";
import { JourneysHealth } from "../components/JourneysHealth";
import { LiveEvents } from "../components/LiveEvents";
import { Pulse } from "../components/Pulse";

const WATCHED_EVERY = 10_000;

/** A workspace at a glance: what happens now, what needs attention, how the journeys do. */
export function Home() {
  const { t } = useTranslation("home");
  const { data, error } = api.useQuery("get", "/api/home", {}, { refetchInterval: WATCHED_EVERY });
  if (error) return <Refusal error={error} />;
  if (!data) return <Waiting />;
  return (
    <Screen title={t("title")} about={t("about")}>
      <FirstSteps home={data} />
      <AttentionList items={data.attention} />
      <Numbers home={data} />
      <Grid>
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack>
            <JourneysHealth journeys={data.journeys} />
            <DeliverabilityCard deliverability={data.deliverability} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <LiveEvents />
        </Grid.Col>
      </Grid>
    </Screen>
  );
}

function Numbers({ home }: { home: Schema<"Home"> }) {
  const { t } = useTranslation("home");
  const format = useFormat();
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }}>
      <Number label={t("numbers.people")} value={format.number(home.people)} />
      <Number label={t("numbers.events")} value={format.number(home.events.last_hour)}>
        <Pulse minutes={home.events.by_minute} />
      </Number>
      <Number
        label={t("numbers.messages")}
        value={format.number(home.messages.sent)}
        about={t("numbers.messagesAbout", {
          waiting: format.number(home.messages.waiting),
          held: format.number(home.messages.held),
        })}
      />
      <Number
        label={t("numbers.goals")}
        value={format.number(home.goals.today)}
        about={t("numbers.goalsAbout", { week: format.number(home.goals.week) })}
      />
    </SimpleGrid>
  );
}

interface NumberProps {
  label: string;
  value: string;
  about?: string;
  children?: React.ReactNode;
}

function Number({ label, value, about, children }: NumberProps) {
  return (
    <Card>
      <Stack gap={2}>
        <Text size="sm" c="var(--quiet)">
          {label}
        </Text>
        <Text fz={28} fw={700} lh={1.15} className="numbers">
          {value}
        </Text>
        {about && (
          <Text size="xs" c="var(--quiet)">
            {about}
          </Text>
        )}
        {children}
      </Stack>
    </Card>
  );
}

function DeliverabilityCard({ deliverability: week }: { deliverability: Schema<"Deliverability"> }) {
  const { t } = useTranslation("home");
  const format = useFormat();
  const share = (rate: number | null) => (rate === null ? "–" : format.percent(rate));
  const parts: [string, string][] = [
    [t("delivery.sent"), format.number(week.sent)],
    [t("delivery.delivered"), share(week.delivered_rate)],
    [t("delivery.bounced"), share(week.bounced_rate)],
    [t("delivery.complained"), share(week.complained_rate)],
    [t("delivery.clicked"), format.number(week.clicked)],
  ];
  return (
    <Card title={t("delivery.title")}>
      <Group gap="xl">
        {parts.map(([label, value]) => (
          <Stack key={label} gap={0}>
            <Text size="xs" c="var(--quiet)">
              {label}
            </Text>
            <Text fw={600} className="numbers">
              {value}
            </Text>
          </Stack>
        ))}
      </Group>
    </Card>
  );
}
