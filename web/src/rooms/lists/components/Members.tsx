import { ActionIcon, Button, Group, Text, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconListCheck, IconSearch, IconUserMinus } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { usePages } from "~/api/pages";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { type Column, PagedTable } from "~/design/PagedTable";
import { useFormat } from "~/i18n/format";
import { nameOf, PersonPicker } from "~/rooms/people";
import { useAllowed, useWorkspace } from "~/routing/workspace";
import { useMember } from "./useLists";

/** A person on a list; where she was searched for, since when is not told. */
type Member = Schema<"PersonRow"> & { since?: string };

interface MembersProps {
  list: string;
  search: string;
  onSearch: (words: string) => void;
}

/** The people on a list: searched, added and taken off. */
export function Members({ list, search, onSearch }: MembersProps) {
  const { t } = useTranslation("lists");
  const { slug } = useWorkspace();
  const may = useAllowed("segments:write");
  const searchFor = useDebouncedCallback(onSearch, 250);
  const people = usePages<Member>(["lists", slug, "one", list, "people", search], (cursor) =>
    readMembers(list, search, cursor),
  );
  const columns = useColumns(list, may);
  return (
    <>
      <Group justify="space-between">
        <TextInput
          aria-label={t("members.search")}
          placeholder={t("members.search")}
          leftSection={<IconSearch size={18} aria-hidden />}
          defaultValue={search}
          onChange={({ currentTarget }) => searchFor(currentTarget.value)}
          flex="1 1 220px"
          maw={420}
        />
        {may && <AddPerson list={list} />}
      </Group>
      <Card>
        <PagedTable
          label={t("members.title")}
          columns={columns}
          rowKey={({ id }) => id}
          empty={
            <Empty icon={IconListCheck} title={t(search ? "members.nobody" : "members.empty")}>
              {t(search ? "members.nobodyWhat" : "members.emptyWhat")}
            </Empty>
          }
          {...people}
        />
      </Card>
    </>
  );
}

async function readMembers(list: string, search: string, cursor: string | undefined) {
  if (search) {
    const body = { q: search, rule: { list }, columns: [], limit: 50, cursor: cursor ?? null };
    return call.POST("/api/people/search", { body });
  }
  return call.GET("/api/lists/{key}/people", {
    params: { path: { key: list }, query: cursor ? { cursor } : {} },
  });
}

function AddPerson({ list }: { list: string }) {
  const { t } = useTranslation("lists");
  const member = useMember(list);
  const add = (person: number | undefined) => {
    if (person !== undefined) member.mutate({ person, move: "on" });
  };
  return <PersonPicker label={t("members.add")} value={undefined} onChange={add} />;
}

function useColumns(list: string, may: boolean): Column<Member>[] {
  const { t } = useTranslation("lists");
  const format = useFormat();
  const { slug: workspace } = useWorkspace();
  return [
    {
      key: "name",
      head: t("members.name"),
      cell: (person) => (
        <Link to="/w/$workspace/people/$person" params={{ workspace, person: String(person.id) }}>
          <bdi>{nameOf(person)}</bdi>
        </Link>
      ),
    },
    { key: "email", head: t("members.email"), cell: ({ email }) => <bdi dir="ltr">{email}</bdi> },
    { key: "phone", head: t("members.phone"), cell: ({ phone }) => <bdi dir="ltr">{phone}</bdi> },
    {
      key: "since",
      head: t("members.since"),
      cell: ({ since }) => (
        <Text size="sm" c="var(--quiet)">
          {since ? format.date(since) : "–"}
        </Text>
      ),
    },
    {
      key: "do",
      head: <span className="visually-hidden">{t("actions")}</span>,
      number: true,
      cell: (person) => may && <TakeOff list={list} person={person} />,
    },
  ];
}

/** Takes a person off at once; for some seconds it can be undone. */
function TakeOff({ list, person }: { list: string; person: Member }) {
  const { t } = useTranslation("lists");
  const name = nameOf(person);
  const back = useMember(list);
  const undo = (id: string) => {
    notifications.hide(id);
    back.mutate({ person: person.id, move: "on" });
  };
  const off = useMember(list, () => {
    const id = `list-${list}-${person.id}`;
    notifications.show({
      id,
      autoClose: 20_000,
      message: (
        <Group justify="space-between" wrap="nowrap">
          <span>{t("members.removed", { name })}</span>
          <Button size="compact-sm" variant="subtle" onClick={() => undo(id)}>
            {t("members.undo")}
          </Button>
        </Group>
      ),
    });
  });
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={t("members.remove", { name })}
      loading={off.isPending}
      onClick={() => off.mutate({ person: person.id, move: "off" })}
    >
      <IconUserMinus size={18} aria-hidden />
    </ActionIcon>
  );
}
