import { ActionIcon, Avatar, Group, Menu, Text, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { IconLogout, IconMoon, IconSun, IconSunMoon } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { call } from "~/api/client";
import { LANGUAGES, type Language, speak } from "~/i18n";
import { signOut } from "~/rooms/accounts";
import { forgetEverything, useMe } from "~/routing/me";

const SCHEMES = { light: IconSun, dark: IconMoon, auto: IconSunMoon } as const;
const NEXT = { light: "dark", dark: "auto", auto: "light" } as const;

/** The reader's own: language, light or dark, signing out. */
export function ReaderMenu() {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Scheme = SCHEMES[colorScheme];

  const speakTo = async (language: Language) => {
    await speak(language);
    await call.PATCH("/api/me", { body: { language } });
  };
  const leave = async () => {
    await signOut();
    forgetEverything();
    await navigate({ to: "/sign-in" });
  };

  return (
    <Group gap="xs" wrap="nowrap">
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        onClick={() => setColorScheme(NEXT[colorScheme])}
        aria-label={t(`scheme.${colorScheme}`)}
      >
        <Scheme size={20} stroke={1.6} />
      </ActionIcon>
      <Menu>
        <Menu.Target>
          <UnstyledButton>
            <span className="visually-hidden">{t("yourMenu")}</span>
            <Avatar name={me.name || me.email} size={34} variant="filled" color="ink" alt="" aria-hidden />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown miw={200}>
          <Menu.Label>
            <Text size="sm" truncate>
              <bdi>{me.email}</bdi>
            </Text>
          </Menu.Label>
          <Menu.Divider />
          {(Object.keys(LANGUAGES) as Language[]).map((language) => (
            <Menu.Item
              key={language}
              lang={language}
              fw={language === i18n.language ? 700 : 400}
              onClick={() => speakTo(language)}
            >
              {LANGUAGES[language]}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={leave}>
            {t("signOut")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
