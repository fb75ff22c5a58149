import { Group, Text, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch, IconUsers } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { usePages } from "~/api/pages";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { type Column, PagedTable } from "~/design/PagedTable";
import { Screen } from "~/design/Screen";
import { useFormat } from "~/i18n/format";
import { useNames } from "~/i18n/names";
import { ImportButton } from "~/rooms/imports";
import { useWorkspace } from "~/routing/workspace";
import { ColumnsButton } from "../components/ColumnsButton";
import { ExportButton } from "../components/ExportButton";
import { FilterButton, FilterSentence } from "../components/FilterBar";
import { shownTrait } from "../components/traits";
import { useColumns, useQuestion } from "../components/useQuestion";
import { nameOf } from "../names";

type Person = Schema<"PersonRow">;

/** Everybody: search, filter by any rule, choose what is shown, and page on. */
export function People() {
  const { t } = useTranslation("people");
  const { slug } = useWorkspace();
  const { question, ask } = useQuestion();
  const { search, rule } = question;
  const [traits, setTraits] = useColumns();
  const searchFor = useDebouncedCallback((words: string) => ask({ ...question, search: words }), 250);
  const people = usePages<Person>(["people", slug, "found", search, rule, traits], (cursor) =>
    call.POST("/api/people/search", {
      body: { q: search ?? "", rule: rule ?? null, columns: traits, limit: 50, cursor: cursor ?? null },
    }),
  );
  const columns = useTableColumns(traits);
  const asked = Boolean(search || rule);
  const filter = { rule, onChange: (next: typeof rule) => ask({ ...question, rule: next }) };
  return (
    <Screen
      title={t("title")}
      actions={
        <>
          <ExportButton question={question} columns={traits} />
          <ImportButton />
        </>
      }
    >
      <Group gap="xs">
        <TextInput
          aria-label={t("search")}
          placeholder={t("search")}
          leftSection={<IconSearch size={18} aria-hidden />}
          defaultValue={search}
          onChange={(event) => searchFor(event.currentTarget.value)}
          flex="1 1 220px"
          maw={420}
        />
        <FilterButton {...filter} />
        <ColumnsButton columns={traits} onChange={setTraits} />
      </Group>
      {rule && <FilterSentence {...filter} rule={rule} />}
      <Card>
        <PagedTable
          label={t("title")}
          columns={columns}
          rowKey={({ id }) => id}
          empty={
            <Empty icon={IconUsers} title={t(asked ? "nobodyFound" : "empty")}>
              {t(asked ? "nobodyFoundWhat" : "emptyWhat")}
            </Empty>
          }
          {...people}
        />
      </Card>
    </Screen>
  );
}

function useTableColumns(traits: string[]): Column<Person>[] {
  const { t } = useTranslation("people");
  const format = useFormat();
  const names = useNames();
  const { slug: workspace } = useWorkspace();
  return [
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
    ...traits.map((trait) => ({
      key: `trait ${trait}`,
      head: <bdi>{names.trait(trait)}</bdi>,
      cell: (person: Person) => (
        <bdi>{shownTrait(person.traits[trait], format, t("values.yes"), t("values.no"))}</bdi>
      ),
    })),
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
}
