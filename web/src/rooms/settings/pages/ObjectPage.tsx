import { Anchor, Table, Text } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { usePages } from "~/api/pages";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { PagedTable } from "~/design/PagedTable";
import { Refusal } from "~/design/Refusal";
import { Screen } from "~/design/Screen";
import { Waiting } from "~/design/Waiting";
import { useFormat } from "~/i18n/format";
import { useWorkspace } from "~/routing/workspace";
import { useSettings } from "../components/asking";
import { shownName } from "../components/objects";

const route = getRouteApi("/w/$workspace/settings/objects/$kind/$key");

/** One object: what is known of it, and who belongs to it. */
export function ObjectPage() {
  const { t } = useTranslation("settings");
  const { slug } = useWorkspace();
  const path = route.useParams();
  const { data, error } = useSettings(`object ${path.kind} ${path.key}`, () =>
    call.GET("/api/objects/{kind}/{key}", { params: { path } }),
  );
  return (
    <Screen
      title={data ? shownName(data) : path.key}
      about={
        <Anchor
          renderRoot={(props) => (
            <Link to="/w/$workspace/settings/objects" params={{ workspace: slug }} {...props} />
          )}
        >
          {t("objects.back")}
        </Anchor>
      }
    >
      <Refusal error={error} />
      {!data && !error && <Waiting />}
      {data && <Attributes of={data} />}
      {data && <People path={path} />}
    </Screen>
  );
}

function Attributes({ of: object }: { of: Schema<"ObjectDetail"> }) {
  const { t } = useTranslation("settings");
  const format = useFormat();
  const entries = Object.entries(object.attributes);
  return (
    <Card title={t("objects.attributes")}>
      <Text size="sm" c="var(--quiet)">
        {t("objects.since", { date: format.date(object.created_at), ago: format.ago(object.updated_at) })}
      </Text>
      {entries.length > 0 && (
        <Table variant="vertical" layout="fixed" aria-label={t("objects.attributes")}>
          <Table.Tbody>
            {entries.map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" w="35%">
                  <bdi>{name}</bdi>
                </Table.Th>
                <Table.Td style={{ overflowWrap: "anywhere" }}>
                  <bdi>{typeof value === "string" ? value : JSON.stringify(value)}</bdi>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Card>
  );
}

function People({ path }: { path: { kind: string; key: string } }) {
  const { t } = useTranslation("settings");
  const format = useFormat();
  const { slug } = useWorkspace();
  const pages = usePages<Schema<"ObjectPersonDetail">>(
    ["settings", slug, "object people", path.kind, path.key],
    (cursor) =>
      call.GET("/api/objects/{kind}/{key}/people", { params: { path, query: cursor ? { cursor } : {} } }),
  );
  return (
    <Card title={t("objects.people")}>
      <PagedTable
        label={t("objects.people")}
        {...pages}
        rowKey={({ profile_id }) => profile_id}
        empty={
          <Empty icon={IconUsers} title={t("objects.nobody")}>
            {t("objects.nobodyWhat")}
          </Empty>
        }
        columns={[
          {
            key: "who",
            head: t("name"),
            cell: ({ profile_id, name, email }) => (
              <>
                <Anchor
                  inherit
                  fw={600}
                  renderRoot={(props) => (
                    <Link
                      to="/w/$workspace/people/$person"
                      params={{ workspace: slug, person: String(profile_id) }}
                      {...props}
                    />
                  )}
                >
                  <bdi>{name || email || profile_id}</bdi>
                </Anchor>
                {name && email && (
                  <Text size="xs" c="var(--quiet)">
                    <bdi dir="ltr">{email}</bdi>
                  </Text>
                )}
              </>
            ),
          },
          { key: "role", head: t("objects.role"), cell: ({ role }) => <bdi>{role}</bdi> },
          { key: "since", head: t("objects.related"), cell: ({ related_at }) => format.date(related_at) },
        ]}
      />
    </Card>
  );
}
