import { Group, Image, Menu, Text, UnstyledButton } from "@mantine/core";
import { IconCheck, IconSelector } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import mark from "~/design/mark.svg";
import { useMe } from "~/routing/me";
import { useWorkspace } from "~/routing/workspace";

/** Kesher's mark and the workspace's name; who has several chooses here. */
export function WorkspaceMenu() {
  const { t } = useTranslation();
  const me = useMe();
  const here = useWorkspace();
  const navigate = useNavigate();
  const choose = (workspace: string) => navigate({ to: "/w/$workspace", params: { workspace } });
  const name = (
    <Group gap="xs" wrap="nowrap">
      <Image src={mark} alt="" w={28} h={28} />
      <Text fw={600} truncate maw={220}>
        <bdi>{here.name}</bdi>
      </Text>
    </Group>
  );
  if (me.workspaces.length === 1) return name;
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <UnstyledButton aria-label={t("changeWorkspace")}>
          <Group gap={4} wrap="nowrap">
            {name}
            <IconSelector size={16} aria-hidden />
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {me.workspaces.map(({ slug, name: each }) => (
          <Menu.Item
            key={slug}
            onClick={() => choose(slug)}
            rightSection={slug === here.slug ? <IconCheck size={16} aria-hidden /> : undefined}
          >
            <bdi>{each}</bdi>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
