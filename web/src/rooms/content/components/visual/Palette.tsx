import { Stack, Text, UnstyledButton } from "@mantine/core";
import {
  IconArrowAutofitHeight,
  IconColumns1,
  IconColumns2,
  IconColumns3,
  IconHandClick,
  IconPhoto,
  IconSeparatorHorizontal,
  IconTypography,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type Block, BLOCKS } from "../../editing/visual/protocol";
import classes from "./VisualEditor.module.css";

const ICONS = {
  text: IconTypography,
  button: IconHandClick,
  image: IconPhoto,
  divider: IconSeparatorHorizontal,
  spacer: IconArrowAutofitHeight,
  columns1: IconColumns1,
  columns2: IconColumns2,
  columns3: IconColumns3,
};

interface PaletteProps {
  onAdd: (block: Block) => void;
  onDrag: (block: Block | null) => void;
}

/** The blocks: a click puts one behind what is chosen, a drag where it is dropped. */
export function Palette({ onAdd, onDrag }: PaletteProps) {
  const { t } = useTranslation("content");
  return (
    <Stack gap={6}>
      <Text size="sm" fw={600}>
        {t("blocks.title")}
      </Text>
      <div className={classes.blocks}>
        {BLOCKS.map((block) => {
          const Icon = ICONS[block];
          return (
            <UnstyledButton
              key={block}
              className={classes.block}
              draggable
              onClick={() => onAdd(block)}
              onDragStart={({ dataTransfer }) => {
                dataTransfer.setData("text/plain", " ");
                onDrag(block);
              }}
              onDragEnd={() => onDrag(null)}
            >
              <Icon size={16} aria-hidden />
              {t(`blocks.block.${block}`)}
            </UnstyledButton>
          );
        })}
      </div>
    </Stack>
  );
}
