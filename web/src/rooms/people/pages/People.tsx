import { Text, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch, IconUsers } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { usePages } from "~/api/pages";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { type Column, PagedTable } from "~/design/PagedTable";
import { Screen } from "~/design/Screen";
import { useFormat } from "~/i18n/format";
import { ImportButton } from "~/rooms/imports";
import { nameOf } from "../names";

type Person = Schema<"PersonRow">;
const route = getRouteApi("/w/$workspace/people");

/** Everybody: search, and page on. */
export function People() {
  const { t } = useTranslation("people");
  const format = useFormat();
  const { search } = route.useSearch();
  const { workspace } = route.useParams();
  const navigate = route.useNavigate();
  const searchFor = useDebouncedCallback(
    (text: string) => navigate({ search: text ? { search: text } : {}, replace: true }),
    250,
  );
  const people = usePages<Person>(["people", workspace, search], (cursor) =>
    call.POST("/api/people/search", {
      body: { q: search ?? "", rule: null, columns: [], limit: 50, cursor: cursor ?? null },
    }),
  );
  const columns: Column<Person>[] = [
    {
      key: "name",
      head: t("name"),
      cell: (person) => (
        <Link to="/w/$workspace/people/$person" params={{ workspace, person: String(person.id) }}>
          <bdi>{nameOf(person)}</bdi>
        </Link>
      ),
    },
    { key: "email", head: t("email"), cell: (person) => <bdi dir="ltr">{person.email}</bdi> },
    { key: "phone", head: t("phone"), cell: (person) => <bdi dir="ltr">{person.phone}</bdi> },
    {
      key: "seen",
      head: t("lastSeen"),
      cell: (person) => (
        <Text size="sm" c="var(--quiet)">
          {person.last_seen_at ? format.ago(person.last_seen_at) : t("neverSeen")}
        </Text>
      ),
    },
  ];
  return (
    <Screen title={t("title")} actions={<ImportButton />}>
      <TextInput
        aria-label={t("search")}
        placeholder={t("search")}
        leftSection={<IconSearch size={18} aria-hidden />}
        defaultValue={search}
        onChange={(event) => searchFor(event.currentTarget.value)}
        maw={420}
      />
      <Card>
        <PagedTable
          label={t("title")}
          columns={columns}
          rowKey={({ id }) => id}
          empty={
            <Empty icon={IconUsers} title={t(search ? "nobodyFound" : "empty")}>
              {t(search ? "nobodyFoundWhat" : "emptyWhat")}
            </Empty>
          }
          {...people}
        />
      </Card>
    </Screen>
  );
}
