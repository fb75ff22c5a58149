import { ActionIcon, Button, Select, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconTrash, IconUserPlus, IconUsersGroup } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { type Column, PagedTable } from "~/design/PagedTable";
import { Screen } from "~/design/Screen";
import { useFormat } from "~/i18n/format";
import { useMe } from "~/routing/me";
import { useAllowed } from "~/routing/workspace";
import { useAsk, useChange, useSettings } from "../components/asking";
import { Invite } from "../components/Invite";
import { Locked } from "../components/Locked";
import { RolesExplained, useRoles } from "../components/roles";

type Member = Schema<"MemberDetail">;

/** Who works in the workspace, and as what. */
export function Members() {
  const { t } = useTranslation("settings");
  const may = useAllowed("accounts:members");
  const [inviting, { open, close }] = useDisclosure();
  const { data: members, error } = useSettings("members", () => call.GET("/api/members"));
  const columns = useColumns(may);
  return (
    <Screen
      title={t("members.title")}
      about={t("members.about")}
      actions={
        may && (
          <Button leftSection={<IconUserPlus size={18} aria-hidden />} onClick={open}>
            {t("members.invite")}
          </Button>
        )
      }
    >
      <Locked permission="accounts:members" />
      <Card>
        <PagedTable
          label={t("members.title")}
          rows={members}
          rowKey={({ user_id }) => user_id}
          error={error}
          empty={<Empty icon={IconUsersGroup} title={t("members.empty")} />}
          columns={columns}
        />
      </Card>
      <RolesExplained />
      <Invite opened={inviting} onClose={close} />
    </Screen>
  );
}

function useColumns(may: boolean): Column<Member>[] {
  const { t } = useTranslation("settings");
  const format = useFormat();
  return [
    {
      key: "who",
      head: t("name"),
      cell: ({ name, email }) => (
        <Stack gap={0}>
          {name && <bdi>{name}</bdi>}
          <Text size="sm" c="var(--quiet)">
            <bdi dir="ltr">{email}</bdi>
          </Text>
        </Stack>
      ),
    },
    { key: "role", head: t("members.role"), cell: (member) => <RoleOf member={member} may={may} /> },
    {
      key: "last",
      head: t("members.last"),
      cell: ({ last_login_at }) => (last_login_at ? format.ago(last_login_at) : t("members.never")),
    },
    {
      key: "do",
      head: <span className="visually-hidden">{t("actions")}</span>,
      number: true,
      cell: (member) => may && <Remove member={member} />,
    },
  ];
}

function RoleOf({ member, may }: { member: Member; may: boolean }) {
  const { t } = useTranslation("settings");
  const roles = useRoles();
  const change = useChange(
    (role: Member["role"]) =>
      call.PATCH("/api/members/{user_id}", {
        params: { path: { user_id: member.user_id } },
        body: { role },
      }),
    { quiet: true },
  );
  if (!may) return t(`roles.${member.role}`);
  return (
    <Select
      aria-label={t("members.roleOf", { name: member.name || member.email })}
      data={roles}
      value={member.role}
      onChange={(role) => role && change.mutate(role as Member["role"])}
      allowDeselect={false}
      disabled={change.isPending}
      w={150}
    />
  );
}

function Remove({ member }: { member: Member }) {
  const { t } = useTranslation("settings");
  const ask = useAsk();
  const me = useMe();
  const name = member.name || member.email;
  const remove = useChange(
    () => call.DELETE("/api/members/{user_id}", { params: { path: { user_id: member.user_id } } }),
    { quiet: true },
  );
  if (member.user_id === me.id) return null;
  return (
    <ActionIcon
      variant="subtle"
      color="red"
      loading={remove.isPending}
      aria-label={t("members.remove.of", { name })}
      onClick={() =>
        ask({
          title: t("members.remove.of", { name }),
          what: t("members.remove.what"),
          confirm: t("members.remove.do"),
          onConfirm: () => remove.mutate(undefined),
        })
      }
    >
      <IconTrash size={18} aria-hidden />
    </ActionIcon>
  );
}
