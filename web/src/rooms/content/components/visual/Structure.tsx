import { Stack, Text, UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { OutlineRow } from "../../editing/visual/protocol";
import { useNameOf } from "./names";
import classes from "./VisualEditor.module.css";

interface StructureProps {
  rows: OutlineRow[];
  chosen: string | undefined;
  onChoose: (id: string) => void;
}

/** The message from top to bottom: the way to every part of it without a mouse. */
export function Structure({ rows, chosen, onChoose }: StructureProps) {
  const { t } = useTranslation("content");
  const nameOf = useNameOf();
  return (
    <Stack gap={6} className={classes.structure}>
      <Text size="sm" fw={600} id="structure">
        {t("blocks.structure")}
      </Text>
      <ul className={classes.outline} aria-labelledby="structure">
        {rows.map(({ id, tag, depth, text }) => (
          <li key={id}>
            <UnstyledButton
              className={classes.row}
              style={{ paddingInlineStart: 6 + depth * 10 }}
              aria-current={id === chosen}
              onClick={() => onChoose(id)}
            >
              {tag && nameOf(tag)}{" "}
              <Text span size="xs" c="var(--quiet)">
                <bdi>{text}</bdi>
              </Text>
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </Stack>
  );
}
