import { ActionIcon, Alert, Group, Tooltip } from "@mantine/core";
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconDeviceDesktop,
  IconDeviceMobile,
} from "@tabler/icons-react";
import { type ReactNode, useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Variant } from "../../editing/draft";
import { sourceOf } from "../../editing/visual/blocks";
import type { Block } from "../../editing/visual/protocol";
import { ImagePicker } from "../ImagePicker";
import { Palette } from "./Palette";
import { Properties } from "./Properties";
import { Structure } from "./Structure";
import { TextTools } from "./TextTools";
import { type DesignerRefusal, useDesigner } from "./useDesigner";
import classes from "./VisualEditor.module.css";

interface VisualEditorProps {
  variant: Variant;
  onChange: (body: string) => void;
  readOnly: boolean;
}

/** A message drawn as blocks: what can be added on one side, the canvas, and the chosen block on the other. */
export function VisualEditor({ variant, onChange, readOnly }: VisualEditorProps) {
  const { t, i18n } = useTranslation("content");
  const [picking, setPicking] = useState<"new" | "other">();
  const onPicture = useCallback(() => setPicking("other"), []);
  const { frame, tell, state, refused, colors } = useDesigner({ variant, onChange, onPicture, readOnly });
  const { language } = variant;
  const add = (block: Block) => {
    if (block === "image") setPicking("new");
    else tell({ kind: "add", block, source: sourceOf(block, language) });
  };
  const place = ({ url, alt }: { url: string; alt: string }) => {
    if (picking === "new") tell({ kind: "add", block: "image", source: sourceOf("image", language) });
    tell({ kind: "set", name: "src", value: url });
    tell({ kind: "set", name: "alt", value: alt });
    setPicking(undefined);
  };
  const sides = {
    start: (
      <>
        <Palette
          onAdd={add}
          onDrag={(block) => tell({ kind: "drag", source: block && sourceOf(block, language) })}
        />
        <Structure
          rows={state?.outline ?? []}
          chosen={state?.selected?.id}
          onChoose={(id) => tell({ kind: "select", id })}
        />
      </>
    ),
    end: (
      <Properties
        key={state?.selected?.id}
        selected={state?.selected}
        language={language}
        colors={colors}
        tell={tell}
        onPicture={onPicture}
      />
    ),
  };
  return (
    <div className={classes.whole}>
      {refused && <Refused refusal={refused} />}
      <div className={classes.designer} hidden={refused !== undefined}>
        <Side shown={!readOnly}>{sides.start}</Side>
        <div className={classes.middle}>
          <Tools state={state} tell={tell} readOnly={readOnly} />
          <iframe
            ref={frame}
            className={classes.canvas}
            src={`${import.meta.env.BASE_URL}design.html?lang=${i18n.language}`}
            title={t("blocks.canvas")}
          />
        </div>
        <Side shown={!readOnly}>{sides.end}</Side>
      </div>
      {picking && <ImagePicker language={language} onChoose={place} onClose={() => setPicking(undefined)} />}
    </div>
  );
}

/** Why there are no blocks just now; the canvas waits behind it until the source has some. */
function Refused({ refusal: { reason, line } }: { refusal: DesignerRefusal }) {
  const { t } = useTranslation("content");
  return (
    <Alert color="orange">
      <strong>{t("blocks.refused")}</strong>
      <br />
      {t(`blocks.why.${reason}`, { line })}
    </Alert>
  );
}

function Side({ shown, children }: { shown: boolean; children: ReactNode }) {
  return shown ? <div className={classes.side}>{children}</div> : null;
}

type ToolsProps = Pick<ReturnType<typeof useDesigner>, "state" | "tell"> & { readOnly: boolean };

function Tools({ state, tell, readOnly }: ToolsProps) {
  const { t } = useTranslation("content");
  const button = (label: string, Icon: typeof IconArrowBackUp, press: () => void, disabled = false) => (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={press} disabled={disabled}>
        <Icon size={18} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
  return (
    <Group gap={4} className={classes.tools}>
      {!readOnly && (
        <>
          {button(t("blocks.undo"), IconArrowBackUp, () => tell({ kind: "do", deed: "undo" }), !state?.undo)}
          {button(
            t("blocks.redo"),
            IconArrowForwardUp,
            () => tell({ kind: "do", deed: "redo" }),
            !state?.redo,
          )}
        </>
      )}
      {button(t("preview.desktop"), IconDeviceDesktop, () => tell({ kind: "width", pixels: null }))}
      {button(t("preview.phone"), IconDeviceMobile, () => tell({ kind: "width", pixels: 375 }))}
      {state?.writing && <TextTools tell={tell} />}
    </Group>
  );
}
