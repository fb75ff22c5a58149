import { Alert, SegmentedControl, SimpleGrid, Stack, VisuallyHidden } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Card } from "~/design/Card";
import { Waiting } from "~/design/Waiting";
import { at, placesOf, type Variant } from "../editing/draft";
import { Preview, useRendered } from "./Preview";
import { SourceArea } from "./SourceArea";
import { VariantFields } from "./VariantFields";

const VisualEditor = lazy(async () => ({ default: (await import("./visual/VisualEditor")).VisualEditor }));

interface OneVariantProps {
  variant: Variant;
  onChange: (change: Partial<Variant>) => void;
  refusal: unknown;
  readOnly: boolean;
}

type Mode = "visual" | "code" | "both";

/** A message in one language: as blocks, as code, or as both, beside how it will look. */
export function OneVariant({ variant, onChange, refusal, readOnly }: OneVariantProps) {
  const { t } = useTranslation("content");
  const [mode, setMode] = useMode(variant);
  const rendered = useRendered(variant);
  const places = [...placesOf(rendered.error), ...placesOf(refusal)];
  const wrong = at(places, variant.language, "body");
  const code = (
    <SourceArea
      label={t(variant.body_format === "html" ? "editor.html" : "editor.mjml")}
      value={variant.body}
      onChange={(body) => onChange({ body })}
      error={wrong}
      readOnly={readOnly}
    />
  );
  const visual = (
    <Suspense fallback={<Waiting />}>
      <VisualEditor variant={variant} onChange={(body) => onChange({ body })} readOnly={readOnly} />
    </Suspense>
  );
  const writing = (
    <Card title={t("editor.title")} actions={setMode && <Modes mode={mode} onChange={setMode} />}>
      <Stack>
        <VariantFields
          variant={variant}
          onChange={onChange}
          places={places}
          readOnly={readOnly}
          wide={mode !== "code"}
        />
        {mode === "visual" && wrong && (
          <Alert color="orange" style={{ whiteSpace: "pre-line" }}>
            {wrong}
          </Alert>
        )}
        {mode === "code" ? (
          code
        ) : (
          // One place for both ways, so that the canvas stays when the code comes beside it.
          <SimpleGrid
            cols={{ base: 1, lg: mode === "both" ? 2 : 1 }}
            spacing="lg"
            style={{ alignItems: "start" }}
          >
            {visual}
            {mode === "both" && code}
          </SimpleGrid>
        )}
      </Stack>
    </Card>
  );
  return (
    <SimpleGrid cols={{ base: 1, md: mode === "code" ? 2 : 1 }} spacing="lg" style={{ alignItems: "start" }}>
      {writing}
      <Card title={t("preview.title")}>
        <Preview variant={variant} />
      </Card>
    </SimpleGrid>
  );
}

function Modes({ mode, onChange }: { mode: Mode; onChange: (mode: Mode) => void }) {
  const { t } = useTranslation("content");
  return (
    <>
      <VisuallyHidden id="modes">{t("mode.title")}</VisuallyHidden>
      <SegmentedControl<Mode>
        aria-labelledby="modes"
        size="xs"
        value={mode}
        onChange={onChange}
        data={(["visual", "code", "both"] as const).map((value) => ({ value, label: t(`mode.${value}`) }))}
      />
    </>
  );
}

/** How one writes, as chosen last; a telephone and a body of HTML have the code alone. */
function useMode({ body_format: format }: Variant): [Mode, ((mode: Mode) => void) | undefined] {
  // Asked once: a window that changes its size must not take away what one is writing in.
  const [wide] = useState(() => window.matchMedia("(min-width: 48em)").matches);
  const [mode, setMode] = useLocalStorage<Mode>({
    key: "kesher.writing",
    defaultValue: "visual",
    getInitialValueInEffect: false,
  });
  return wide && format === "mjml" ? [mode, setMode] : ["code", undefined];
}
