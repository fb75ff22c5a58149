import { Alert, Anchor, Button, Group, SegmentedControl, Stack, Table, Text, Title } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, call, type Schema } from "~/api/client";
import { usePages } from "~/api/pages";
import { Refusal } from "~/design/Refusal";
import { useFormat } from "~/i18n/format";
import { nameOf } from "~/rooms/people";
import { useAllowed, useWorkspace } from "~/routing/workspace";
import { waysOf } from "../definition/ways";
import { useEditor } from "../editing/Editor";
import { useLanguage } from "../editing/useTypes";
import { ENTRY } from "../geometry/layout";
import { FormHead } from "../panels/EditPanel";
import { DryRun } from "./DryRun";
import { type NodeNumbers, sayStay } from "./overlay";
import { type Live, type Period, PERIODS } from "./useLive";

const route = getRouteApi("/w/$workspace/journeys/$journey");

/** What stands beside the canvas while it is watched: the journey's numbers, or who is at the chosen step. */
export function LivePanel({ journey, live }: { journey: Schema<"JourneyDetail">; live: Live }) {
  const { t } = useTranslation("journeys");
  const { chosen } = useEditor();
  const [only] = chosen;
  const node = live.report?.nodes.find((each) => each.node === only);
  if (journey.version === null) return <Text c="var(--quiet)">{t("numbers.notYet")}</Text>;
  return (
    <Stack>
      {live.path && <PathShown run={live.path.run} />}
      <Refusal error={live.error} />
      {only !== undefined && only !== ENTRY && node ? (
        <AtNode journey={journey.key} node={node} />
      ) : (
        <Whole journey={journey} live={live} />
      )}
    </Stack>
  );
}

function PathShown({ run }: { run: Schema<"RunDetail"> }) {
  const { t } = useTranslation("journeys");
  const navigate = route.useNavigate();
  return (
    <Alert p="sm">
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" miw={0} style={{ overflowWrap: "anywhere" }}>
          {t("numbers.pathOf")} <bdi>{usePersonName(run.profile_id)}</bdi>
        </Text>
        <Button
          size="xs"
          variant="default"
          flex="none"
          onClick={() => void navigate({ search: { mode: "live" } })}
        >
          {t("numbers.all")}
        </Button>
      </Group>
    </Alert>
  );
}

function usePersonName(id: number): string {
  const { data } = api.useQuery("get", "/api/profiles/{profile_id}", {
    params: { path: { profile_id: id } },
  });
  return data ? nameOf(data) : `#${id}`;
}

function Whole({ journey, live }: { journey: Schema<"JourneyDetail">; live: Live }) {
  const { t } = useTranslation("journeys");
  const format = useFormat();
  const { report, period, setPeriod, dryRun } = live;
  const rate = report && report.entered > 0 ? format.percent(report.goals / report.entered) : "";
  return (
    <Stack>
      <Title order={2} size="h5">
        {t(dryRun?.canvas ? "dry.title" : "numbers.title")}
      </Title>
      {!dryRun?.canvas && (
        <SegmentedControl
          size="xs"
          fullWidth
          aria-label={t("numbers.period")}
          value={period}
          onChange={(next) => setPeriod(next as Period)}
          data={(Object.keys(PERIODS) as Period[]).map((each) => ({
            value: each,
            label: t(`numbers.${each}`),
          }))}
        />
      )}
      {report && (
        <Figures
          rows={[
            [t("numbers.total.entered"), format.number(report.entered)],
            [t("numbers.active"), format.number(report.active)],
            [t("numbers.total.goals"), [format.number(report.goals), rate].filter(Boolean).join(" · ")],
            ...Object.entries(report.ended).map(([reason, count]): [string, string] => [
              t("numbers.left", { reason: t(`reason.${reason}`, { defaultValue: reason }) }),
              format.number(count),
            ]),
          ]}
        />
      )}
      <Worth conversions={report?.conversions ?? []} />
      <Text size="xs" c="var(--quiet)">
        {t("numbers.choose")}
      </Text>
      <DryRun journey={journey} live={live} />
    </Stack>
  );
}

function Worth({ conversions }: { conversions: Schema<"ConversionNumbers">[] }) {
  const { t } = useTranslation("journeys");
  const format = useFormat();
  const rows = conversions
    .filter(({ node, currency }) => node === "" && currency !== "")
    .map(({ currency, value }): [string, string] => [t("numbers.worth"), format.money(value, currency)]);
  return rows.length > 0 && <Figures rows={rows} />;
}

function Figures({ rows }: { rows: [label: string, value: string][] }) {
  return (
    <Table verticalSpacing={6} horizontalSpacing={0} highlightOnHover={false}>
      <Table.Tbody>
        {rows.map(([label, value]) => (
          <Table.Tr key={label}>
            <Table.Th fw={400} c="var(--quiet)">
              {label}
            </Table.Th>
            <Table.Td ta="end" fw={600} className="numbers">
              {value}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function AtNode({ journey, node }: { journey: string; node: NodeNumbers }) {
  const { t } = useTranslation("journeys");
  const language = useLanguage();
  const format = useFormat();
  const { kinds, draft } = useEditor();
  const step = draft.definition.nodes[node.node];
  const ways = step ? waysOf(step, kinds.types) : [];
  const passed = (outcome: string) => {
    const way = ways.find((each) => each.outcome === outcome);
    return way?.only ? t("numbers.wentOn") : t("numbers.went", { way: way?.label[language] ?? outcome });
  };
  const stay: [string, string][] =
    node.median_seconds === null ? [] : [[t("numbers.stay"), sayStay(node.median_seconds, language)]];
  return (
    <Stack>
      <FormHead title={kinds.types.get(node.type)?.name[language] ?? node.type} />
      <Figures
        rows={[
          [t("numbers.total.entered"), format.number(node.entered)],
          [t("numbers.total.here"), format.number(node.here)],
          ...Object.entries(node.outcomes).map(([outcome, count]): [string, string] => [
            passed(outcome),
            format.number(count),
          ]),
          [t("numbers.leftHere"), format.number(node.left)],
          [t("numbers.total.errors"), format.number(node.errors)],
          ...stay,
        ]}
      />
      <PeopleHere journey={journey} node={node.node} />
    </Stack>
  );
}

function PeopleHere({ journey, node }: { journey: string; node: string }) {
  const { t } = useTranslation("journeys");
  const { slug } = useWorkspace();
  const maySee = useAllowed("profiles:read");
  const people = usePages<Schema<"PersonAtNode">>(["journeys", slug, "here", journey, node], (cursor) =>
    call.GET("/api/journeys/{key}/nodes/{node}/people", {
      params: { path: { key: journey, node }, query: cursor ? { cursor } : {} },
    }),
  );
  if (!maySee) return null;
  return (
    <Stack gap="xs">
      <Title order={3} size="sm">
        {t("numbers.whoIsHere")}
      </Title>
      <Refusal error={people.error} />
      {people.rows?.length === 0 && (
        <Text size="sm" c="var(--quiet)">
          {t("numbers.nobody")}
        </Text>
      )}
      {people.rows?.map((person) => (
        <Person key={person.run_id} person={person} />
      ))}
      {people.more && (
        <Button size="xs" variant="default" onClick={people.more} loading={people.loadingMore}>
          {t("numbers.more")}
        </Button>
      )}
    </Stack>
  );
}

function Person({ person }: { person: Schema<"PersonAtNode"> }) {
  const { t } = useTranslation("journeys");
  const format = useFormat();
  const { slug } = useWorkspace();
  const navigate = route.useNavigate();
  const { run_id, profile_id, name, email, node_entered_at } = person;
  return (
    <Group justify="space-between" wrap="nowrap" gap="xs">
      <Stack gap={0} miw={0}>
        <Anchor
          size="sm"
          truncate
          renderRoot={(props) => (
            <Link
              to="/w/$workspace/people/$person"
              params={{ workspace: slug, person: String(profile_id) }}
              {...props}
            />
          )}
        >
          <bdi>{name || email || `#${profile_id}`}</bdi>
        </Anchor>
        <Text size="xs" c="var(--quiet)">
          {t("numbers.since", { time: format.ago(node_entered_at) })}
        </Text>
      </Stack>
      <Button
        size="compact-xs"
        variant="subtle"
        onClick={() => void navigate({ search: { mode: "live", run: run_id } })}
      >
        {t("numbers.showPath")}
      </Button>
    </Group>
  );
}
