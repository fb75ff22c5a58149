import { Avatar, Grid, Group, Stack, Tabs, Text } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, type Schema } from "~/api/client";
import { Card } from "~/design/Card";
import { Refusal } from "~/design/Refusal";
import { Screen } from "~/design/Screen";
import { Waiting } from "~/design/Waiting";
import { useFormat } from "~/i18n/format";
import { useNames } from "~/i18n/names";
import { useAllowed } from "~/routing/workspace";
import { AskWhy } from "../components/AskWhy";
import { Facts } from "../components/Facts";
import { Memberships } from "../components/Memberships";
import { Messages } from "../components/Messages";
import { Permission } from "../components/Permission";
import { Timeline } from "../components/Timeline";
import { nameOf } from "../names";
import { type Tab, TABS } from "../tabs";

const route = getRouteApi("/w/$workspace/people/$person");

/** One person: what she did, who she is, what she allows, where she stands. */
export function Person() {
  const { t } = useTranslation("people");
  const id = Number(route.useParams().person);
  const navigate = route.useNavigate();
  const { tab = "timeline" } = route.useSearch();
  const may = { timeline: true, messages: useAllowed("messaging:read"), why: useAllowed("journeys:read") };
  const tabs = TABS.filter((each) => may[each]);
  const { data: person, error } = api.useQuery("get", "/api/profiles/{profile_id}", {
    params: { path: { profile_id: id } },
  });
  if (error) return <Refusal error={error} />;
  if (!person) return <Waiting />;
  return (
    <Screen title={nameOf(person)} about={<Contact person={person} />}>
      <Grid>
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Tabs
            value={tab}
            onChange={(chosen) =>
              navigate({ search: chosen === "timeline" ? {} : { tab: chosen as Tab }, replace: true })
            }
            keepMounted={false}
          >
            <Tabs.List mb="sm">
              {tabs.map((each) => (
                <Tabs.Tab key={each} value={each}>
                  {t(`tabs.${each}`)}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            <Tabs.Panel value="timeline">
              <Timeline person={id} />
            </Tabs.Panel>
            <Tabs.Panel value="messages">
              <Messages person={id} />
            </Tabs.Panel>
            <Tabs.Panel value="why">
              <AskWhy person={id} />
            </Tabs.Panel>
          </Tabs>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack>
            <Traits person={person} />
            <Permission person={id} />
            <Memberships person={id} />
            <Facts person={id} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Screen>
  );
}

function Contact({ person }: { person: Schema<"ProfileDetail"> }) {
  const { t } = useTranslation("people");
  const format = useFormat();
  const parts = [person.email, person.phone].filter(Boolean) as string[];
  return (
    <Group gap="sm" component="span">
      <Avatar component="span" name={nameOf(person)} size={28} variant="filled" color="ink" alt="" />
      {parts.map((part) => (
        <bdi key={part} dir="ltr">
          {part}
        </bdi>
      ))}
      <span>{t("since", { date: format.date(person.created_at) })}</span>
    </Group>
  );
}

function Traits({ person }: { person: Schema<"ProfileDetail"> }) {
  const { t } = useTranslation("people");
  const names = useNames();
  const traits = Object.entries(person.traits);
  return (
    <Card title={t("traits")}>
      {traits.length === 0 && <Text c="var(--quiet)">{t("noTraits")}</Text>}
      <Stack gap={6}>
        {traits.map(([name, value]) => (
          <Group key={name} justify="space-between" align="flex-start" wrap="nowrap" gap="md">
            <Text size="sm" c="var(--quiet)" title={name}>
              <bdi>{names.trait(name)}</bdi>
            </Text>
            <Text size="sm" ta="end" style={{ overflowWrap: "anywhere" }}>
              <bdi>{typeof value === "object" ? JSON.stringify(value) : String(value)}</bdi>
            </Text>
          </Group>
        ))}
      </Stack>
    </Card>
  );
}
