import { Stack, Text, TextInput, Title, UnstyledButton } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { NodeType } from "../definition/types";
import { useEditor } from "../editing/Editor";
import { useLanguage } from "../editing/useTypes";
import canvas from "../geometry/canvas.module.css";
import { Picture } from "../geometry/icons";
import { DRAGGED, useAdding } from "../geometry/insertion";
import classes from "./panels.module.css";

/** The kinds of steps on their shelves: drag one onto the canvas, or choose it to put it where the reader pointed. */
export function Palette() {
  const { t } = useTranslation("journeys");
  const language = useLanguage();
  const { kinds, place } = useEditor();
  const add = useAdding();
  const [wanted, setWanted] = useState("");
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (place) search.current?.focus();
  }, [place]);
  const found = [...kinds.types.values()].filter((type) => fits(type, wanted));
  return (
    <Stack gap="sm">
      <Title order={2} size="h5">
        {t(place ? "palette.here" : "palette.title")}
      </Title>
      <TextInput
        ref={search}
        aria-label={t("palette.search")}
        placeholder={t("palette.search")}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={wanted}
        onChange={({ currentTarget }) => setWanted(currentTarget.value)}
        onKeyDown={(event) => event.key === "Enter" && found[0] && add(found[0].key)}
      />
      {found.length === 0 && (
        <Text size="sm" c="var(--quiet)">
          {t("palette.none")}
        </Text>
      )}
      {kinds.form.categories.map(({ value, label }) => {
        const shelf = found.filter(({ category }) => category === value);
        return (
          shelf.length > 0 && (
            <Stack key={value} gap={4} role="group" aria-label={label[language]}>
              <Title order={3} size="xs" c="var(--quiet)" fw={600}>
                {label[language]}
              </Title>
              {shelf.map((type) => (
                <Kind key={type.key} type={type} onChoose={() => add(type.key)} />
              ))}
            </Stack>
          )
        );
      })}
    </Stack>
  );
}

function Kind({ type, onChoose }: { type: NodeType; onChoose: () => void }) {
  const language = useLanguage();
  return (
    <UnstyledButton
      className={classes.kind}
      draggable
      title={type.about[language]}
      onClick={onChoose}
      onDragStart={(event) => {
        event.dataTransfer.setData(DRAGGED, type.key);
        event.dataTransfer.effectAllowed = "copy";
      }}
    >
      <span className={`${canvas.icon} ${classes.small}`} data-category={type.category} aria-hidden>
        <Picture name={type.icon} size={17} />
      </span>
      <Text size="sm" fw={500}>
        {type.name[language]}
      </Text>
    </UnstyledButton>
  );
}

function fits({ key, name, about }: NodeType, wanted: string): boolean {
  const text = wanted.trim().toLowerCase();
  return [key, name.en, name.he, about.en, about.he].some((each) => each.toLowerCase().includes(text));
}
