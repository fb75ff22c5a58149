import { Button, Menu, ScrollArea } from "@mantine/core";
import { IconBraces } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useVariables } from "../editing/variables";

interface PersonaliseProps {
  onInsert: (text: string) => void;
  /** What the menu is called, where there is more than one on a screen. */
  label?: string;
}

/** A menu of what differs from one reader to the next. */
export function Personalise({ onInsert, label }: PersonaliseProps) {
  const { t } = useTranslation("content");
  const { person, brand, links } = useVariables();
  const item = (text: string) => (
    <Menu.Item key={text} onClick={() => onInsert(text)} ff="monospace" fz="xs" dir="ltr">
      {text}
    </Menu.Item>
  );
  return (
    <Menu width={280} returnFocus={false}>
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconBraces size={16} aria-hidden />}
          // The place in the text stays where it is.
          onMouseDown={(event) => event.preventDefault()}
        >
          {label ?? t("personal.do")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <ScrollArea.Autosize mah={320} type="auto">
          <Menu.Label>{t("personal.person")}</Menu.Label>
          {person.map((name) => item(`{{ customer.${name} }}`))}
          <Menu.Label>{t("personal.brand")}</Menu.Label>
          {brand.map((name) => item(`{{ brand.${name} }}`))}
          <Menu.Label>{t("personal.links")}</Menu.Label>
          {links.map((name) => item(`{{ links.${name} }}`))}
          {item("{% footer %}")}
        </ScrollArea.Autosize>
      </Menu.Dropdown>
    </Menu>
  );
}
