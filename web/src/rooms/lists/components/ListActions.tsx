import { ActionIcon, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { openConfirmModal } from "@mantine/modals";
import { IconDots, IconPencil, IconTrash } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { call } from "~/api/client";
import { useFormat } from "~/i18n/format";
import { useLocal } from "~/i18n/local";
import { useWorkspace } from "~/routing/workspace";
import { NameModal } from "./NameModal";
import { type ListDetail, useListChange } from "./useLists";

/** Renames a list, or deletes it after a question. */
export function ListActions({ list }: { list: ListDetail }) {
  const { t } = useTranslation("lists");
  const local = useLocal();
  const format = useFormat();
  const { slug } = useWorkspace();
  const navigate = useNavigate();
  const [renaming, { open, close }] = useDisclosure();
  const params = { params: { path: { key: list.key } } };
  const rename = useListChange((name: { he: string; en: string }) =>
    call.PATCH("/api/lists/{key}", { ...params, body: { name } }),
  );
  const remove = useListChange(() => call.DELETE("/api/lists/{key}", params), {
    quiet: true,
    done: () => navigate({ to: "/w/$workspace/lists", params: { workspace: slug } }),
  });
  const ask = () =>
    openConfirmModal({
      title: t("remove.title", { name: local(list.name) || list.key }),
      children: t("remove.what", { count: list.members, people: format.number(list.members) }),
      labels: { confirm: t("remove.do"), cancel: t("cancel") },
      confirmProps: { color: "red.9" },
      onConfirm: () => remove.mutate(undefined),
    });
  return (
    <>
      <Menu>
        <Menu.Target>
          <ActionIcon variant="default" size="lg" aria-label={t("actions")}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={open}>
            {t("rename.do")}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={ask}>
            {t("remove.do")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {renaming && (
        <NameModal
          title={t("rename.title")}
          confirm={t("rename.save")}
          name={list.name}
          onClose={close}
          saving={rename.isPending}
          error={rename.error}
          onName={(name) => rename.mutate(name, { onSuccess: close })}
        />
      )}
    </>
  );
}
