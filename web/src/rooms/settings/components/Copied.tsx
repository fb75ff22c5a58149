import { ActionIcon, Code, CopyButton, Group, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./Copied.module.css";

/** A value that is used elsewhere, and the button that copies it. */
export function Copied({ value, name, block }: { value: string; name: string; block?: boolean }) {
  return (
    <Group gap={4} wrap="nowrap" align={block ? "flex-start" : "center"} w={block ? "100%" : undefined}>
      <Code
        dir="ltr"
        block={block ?? false}
        className={block ? classes.block : classes.line}
        tabIndex={block ? 0 : undefined}
      >
        {value}
      </Code>
      <Copy value={value} name={name} />
    </Group>
  );
}

function Copy({ value, name }: { value: string; name: string }) {
  const { t } = useTranslation("settings");
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t("copied") : t("copy", { name })}>
          <ActionIcon
            variant="subtle"
            color={copied ? "green" : "gray"}
            onClick={copy}
            aria-label={copied ? t("copied") : t("copy", { name })}
          >
            {copied ? <IconCheck size={18} aria-hidden /> : <IconCopy size={18} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
