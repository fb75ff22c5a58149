import { ActionIcon, Button, Group, Popover, TextInput, Tooltip } from "@mantine/core";
import { IconBold, IconItalic, IconLink, IconUnderline } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ToDesigner } from "../../editing/visual/protocol";
import { Personalise } from "../Personalise";

interface TextToolsProps {
  tell: (message: ToDesigner) => void;
}

const FORMATS = { bold: IconBold, italic: IconItalic, underline: IconUnderline };

/** What can be done to the words that are chosen while one writes. */
export function TextTools({ tell }: TextToolsProps) {
  const { t } = useTranslation("content");
  return (
    <Group gap={4} role="toolbar" aria-label={t("blocks.write.title")}>
      {(["bold", "italic", "underline"] as const).map((how) => {
        const Icon = FORMATS[how];
        return (
          <Tooltip key={how} label={t(`blocks.write.${how}`)}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t(`blocks.write.${how}`)}
              onClick={() => tell({ kind: "format", how })}
            >
              <Icon size={18} aria-hidden />
            </ActionIcon>
          </Tooltip>
        );
      })}
      <LinkTool tell={tell} />
      <Personalise onInsert={(text) => tell({ kind: "insert", text })} />
    </Group>
  );
}

function LinkTool({ tell }: TextToolsProps) {
  const { t } = useTranslation("content");
  const [opened, setOpened] = useState(false);
  const [address, setAddress] = useState("https://");
  const finish = (message: ToDesigner) => {
    tell(message);
    setOpened(false);
  };
  return (
    <Popover opened={opened} onChange={setOpened} trapFocus width={320}>
      <Popover.Target>
        <Tooltip label={t("blocks.write.link")}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("blocks.write.link")}
            onClick={() => setOpened(!opened)}
          >
            <IconLink size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            finish({ kind: "link", address });
          }}
        >
          <TextInput
            label={t("blocks.field.href")}
            dir="ltr"
            value={address}
            onChange={({ currentTarget }) => setAddress(currentTarget.value)}
          />
          <Group gap="xs" mt="xs" justify="flex-end">
            <Button size="xs" variant="subtle" onClick={() => finish({ kind: "format", how: "unlink" })}>
              {t("blocks.write.unlink")}
            </Button>
            <Button size="xs" type="submit">
              {t("blocks.write.link")}
            </Button>
          </Group>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
