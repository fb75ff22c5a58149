import {
  ActionIcon,
  Button,
  ColorInput,
  Group,
  Input,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
  Tooltip,
} from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconCopy, IconPencil, IconPhoto, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { directionOf } from "~/i18n";
import { type Field, fieldsOf } from "../../editing/visual/fields";
import type { Selected, ToDesigner } from "../../editing/visual/protocol";
import { useNameOf } from "./names";

interface PropertiesProps {
  selected: Selected | null | undefined;
  language: string;
  colors: string[];
  tell: (message: ToDesigner) => void;
  onPicture: () => void;
}

/** What is said about the chosen element. */
export function Properties({ selected, ...others }: PropertiesProps) {
  const { t } = useTranslation("content");
  if (selected) return <Chosen selected={selected} {...others} />;
  return (
    <Text size="sm" c="var(--quiet)">
      {t("blocks.choose")}
    </Text>
  );
}

/** The forms of one element; what it inherits stands there in grey. */
function Chosen({ selected, language, colors, tell, onPicture }: PropertiesProps & { selected: Selected }) {
  const { t } = useTranslation("content");
  const nameOf = useNameOf();
  const { tag, attributes, inherited, content, drawn, may } = selected;
  const fields = drawn ? fieldsOf(tag) : [];
  return (
    <Stack gap="sm">
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" fw={600}>
          {nameOf(tag || "piece")}
        </Text>
        <Deeds may={may} tell={tell} />
      </Group>
      {fields.length === 0 && (
        <Text size="sm" c="var(--quiet)">
          {t("blocks.keptWhat")}
        </Text>
      )}
      {may.write && (
        <Button
          variant="default"
          leftSection={<IconPencil size={16} aria-hidden />}
          onClick={() => tell({ kind: "do", deed: "write" })}
        >
          {t("blocks.writeText")}
        </Button>
      )}
      {drawn && tag === "mj-image" && (
        <Button variant="default" leftSection={<IconPhoto size={16} aria-hidden />} onClick={onPicture}>
          {t("blocks.otherPicture")}
        </Button>
      )}
      {content !== null && (
        <Written
          label={t("blocks.label")}
          value={content}
          dir={directionOf(language)}
          onChange={(value) => tell({ kind: "content", value })}
        />
      )}
      {fields.map((field) => (
        <OneField
          key={field.name}
          field={field}
          value={attributes[field.name] ?? ""}
          usual={inherited[field.name] ?? ""}
          colors={colors}
          language={language}
          onChange={(value) => tell({ kind: "set", name: field.name, value })}
        />
      ))}
    </Stack>
  );
}

const DEEDS = [
  ["up", IconArrowUp],
  ["down", IconArrowDown],
  ["copy", IconCopy],
  ["remove", IconTrash],
] as const;

function Deeds({ may, tell }: Pick<PropertiesProps, "tell"> & { may: Selected["may"] }) {
  const { t } = useTranslation("content");
  return (
    <Group gap={2} wrap="nowrap">
      {DEEDS.map(([deed, Icon]) => (
        <Tooltip key={deed} label={t(`blocks.${deed}`)}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t(`blocks.${deed}`)}
            disabled={!may[deed]}
            onClick={() => tell({ kind: "do", deed })}
          >
            <Icon size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      ))}
    </Group>
  );
}

interface OneFieldProps {
  field: Field;
  value: string;
  usual: string;
  colors: string[];
  language: string;
  onChange: (value: string) => void;
}

function OneField({ field, value, usual, colors, language, onChange }: OneFieldProps) {
  const { t } = useTranslation("content");
  const label = t(`blocks.field.${field.name}` as "blocks.field.align");
  if (field.kind === "align")
    return (
      <Input.Wrapper label={label} labelElement="div">
        <SegmentedControl
          fullWidth
          size="xs"
          aria-label={label}
          value={value || usual || "center"}
          onChange={onChange}
          // Sides of the page, whatever the language is; they lie as they will lie.
          dir="ltr"
          data={(["left", "center", "right"] as const).map((side) => ({
            value: side,
            label: t(`blocks.side.${side}`),
          }))}
        />
      </Input.Wrapper>
    );
  if (field.kind === "color")
    return (
      <ColorInput
        label={label}
        value={value}
        placeholder={usual}
        onChange={onChange}
        swatches={colors}
        fixOnBlur={false}
        eyeDropperButtonProps={{ "aria-label": t("brand.pick") }}
        dir="ltr"
      />
    );
  const dir = field.name === "alt" ? directionOf(language) : "ltr";
  return <Written label={label} value={value} placeholder={usual} dir={dir} onChange={onChange} />;
}

interface WrittenProps {
  label: string;
  value: string;
  placeholder?: string;
  dir: "rtl" | "ltr";
  onChange: (value: string) => void;
}

/** A line of text; while somebody writes in it, what the canvas answers comes too late to be shown. */
function Written({ label, value, placeholder, dir, onChange }: WrittenProps) {
  const [own, setOwn] = useState<string>();
  return (
    <TextInput
      label={label}
      dir={dir}
      value={own ?? value}
      placeholder={placeholder ?? ""}
      onFocus={() => setOwn(value)}
      onBlur={() => setOwn(undefined)}
      onChange={({ currentTarget }) => {
        setOwn(currentTarget.value);
        onChange(currentTarget.value);
      }}
      styles={{ label: { direction: "inherit" } }}
    />
  );
}
