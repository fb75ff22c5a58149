import {
  ActionIcon,
  Alert,
  Box,
  Button,
  Group,
  SegmentedControl,
  Stack,
  Text,
  Title,
  Tooltip,
} from "@mantine/core";
import { useDebouncedValue, useDocumentTitle, useMediaQuery } from "@mantine/hooks";
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconArrowNarrowLeft,
  IconArrowNarrowRight,
  IconBinaryTree2,
  IconDeviceDesktop,
  IconNote,
} from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { Refusal } from "~/design/Refusal";
import { Waiting } from "~/design/Waiting";
import { useAllowed, useWorkspace } from "~/routing/workspace";
import { inWords } from "../definition/summary";
import type { Definition, Problem } from "../definition/types";
import type { Origin } from "../editing/changes";
import { type Editor, EditorProvider } from "../editing/Editor";
import { type Draft, type Opened, openJourney, useDraft } from "../editing/useDraft";
import { type Kinds, useKinds, useLanguage } from "../editing/useTypes";
import { Canvas } from "../geometry/Canvas";
import { NO_OVERLAY, type Overlay } from "../geometry/useDrawing";
import { LivePanel } from "../live/LivePanel";
import { useLive } from "../live/useLive";
import type { Mode } from "../manifest";
import { EditPanel } from "../panels/EditPanel";
import { JourneyActions, StateBadge } from "../panels/JourneyState";
import classes from "../panels/panels.module.css";
import { PlayPanel } from "../play/PlayPanel";
import { usePlay } from "../play/usePlay";
import { PublishButton } from "../publishing/Publish";
import { Versions } from "../publishing/Versions";

const route = getRouteApi("/w/$workspace/journeys/$journey");
type JourneyDetail = Schema<"JourneyDetail">;

/** One journey: written, watched and played on its canvas. */
export function Journey() {
  const { journey: key, workspace } = route.useParams();
  const { kinds, error } = useKinds();
  const detail = useQuery({
    queryKey: ["journeys", workspace, "one", key],
    queryFn: async () => {
      const { data, error: refused } = await call.GET("/api/journeys/{key}", { params: { path: { key } } });
      if (!data) throw refused;
      return data;
    },
  });
  const opened = useQuery({
    queryKey: ["journeys", workspace, "opened", key],
    queryFn: () => openJourney(key),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  const problem = error ?? detail.error ?? opened.error;
  if (problem) return <Refusal error={problem} />;
  if (!kinds || !detail.data || !opened.data) return <Waiting />;
  return <Desk key={key} journey={detail.data} kinds={kinds} opened={opened.data} />;
}

function Desk({ journey, kinds, opened }: { journey: JourneyDetail; kinds: Kinds; opened: Opened }) {
  const { mode = "edit", run } = route.useSearch();
  const mayWrite = useAllowed("journeys:write");
  const language = useLanguage();
  const draft = useDraft(journey.key, opened, kinds.types);
  const live = useLive(journey, kinds, mode === "live", run);
  const play = usePlay(draft.definition, kinds, language);
  const problems = useProblems(draft);
  useDocumentTitle(`${inWords(draft.definition.name, language)} · Kesher`);
  const narrow = useMediaQuery(NARROW, undefined, { getInitialValueInEffect: false });
  const mayEdit = mayWrite && mode === "edit" && journey.state !== "archived" && !narrow;
  const editor = useEditing({
    draft: useShown(draft, mode === "live" ? live.definition : undefined),
    kinds,
    problems: mode === "edit" ? problems : NO_PROBLEMS,
    mayEdit,
  });
  const [overlay, panel] = {
    edit: [NO_OVERLAY, <EditPanel key="edit" />] as const,
    live: [live.overlay, <LivePanel key="live" journey={journey} live={live} />] as const,
    play: [play.overlay, <PlayPanel key="play" play={play} />] as const,
  }[mode];
  return (
    <EditorProvider editor={editor}>
      <Stack gap="sm">
        <Bar journey={journey} draft={draft} mode={mode} mayEdit={mayEdit} problems={problems} />
        <Told draft={draft} />
        {narrow && mode === "edit" ? <NeedsWidth /> : <Surface overlay={overlay}>{panel}</Surface>}
      </Stack>
    </EditorProvider>
  );
}

/** The canvas, and what stands beside it. */
function Surface({ overlay, children }: { overlay: Overlay; children: ReactNode }) {
  const { t } = useTranslation("journeys");
  return (
    <Box className={classes.desk}>
      <Canvas overlay={overlay} onOpen={focusForm} />
      <aside className={classes.panel} id="journey-panel" aria-label={t("panel.label")}>
        <div className={classes.scroll}>{children}</div>
      </aside>
    </Box>
  );
}

/** On a phone a journey is watched and played, not drawn. */
function NeedsWidth() {
  const { t } = useTranslation("journeys");
  const navigate = route.useNavigate();
  const go = (mode: Mode) => void navigate({ search: { mode }, replace: true });
  return (
    <Card>
      <Empty
        icon={IconDeviceDesktop}
        title={t("narrow.title")}
        action={
          <Group gap="xs" justify="center">
            <Button onClick={() => go("live")}>{t("narrow.watch")}</Button>
            <Button variant="default" onClick={() => go("play")}>
              {t("narrow.play")}
            </Button>
          </Group>
        }
      >
        {t("narrow.what")}
      </Empty>
    </Card>
  );
}

/** What is written, or the version in force while that is watched. */
function useShown(draft: Draft, definition: Definition | undefined): Draft {
  return useMemo(() => (definition ? { ...draft, definition } : draft), [draft, definition]);
}

/** What every part of the screen knows, and what is chosen on it. */
function useEditing(known: Pick<Editor, "draft" | "kinds" | "problems" | "mayEdit">): Editor {
  const [chosen, setChosen] = useState<string[]>([]);
  const [place, pointAt] = useState<Origin>();
  const choose = useCallback((ids: string[]) => {
    setChosen(ids);
    pointAt(undefined);
  }, []);
  const { draft, kinds, problems, mayEdit } = known;
  return useMemo(
    () => ({ draft, kinds, problems, mayEdit, chosen, choose, place, pointAt }),
    [draft, kinds, problems, mayEdit, chosen, choose, place],
  );
}

/** Enter on a step goes into its form. */
function focusForm(): void {
  requestAnimationFrame(() =>
    document
      .querySelector<HTMLElement>("#journey-panel :is(input, textarea, select, [role=combobox])")
      ?.focus(),
  );
}

interface BarProps {
  journey: JourneyDetail;
  draft: Draft;
  mode: Mode;
  mayEdit: boolean;
  problems: Problem[];
}

function Bar({ journey, draft, mode, mayEdit, problems }: BarProps) {
  const navigate = route.useNavigate();
  const { t, i18n } = useTranslation("journeys");
  const language = useLanguage();
  const { slug } = useWorkspace();
  const Back = i18n.dir() === "rtl" ? IconArrowNarrowRight : IconArrowNarrowLeft;
  return (
    <Group justify="space-between" gap="xs">
      <Group gap="xs" wrap="nowrap">
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t("bar.back")}
          renderRoot={(props) => <Link to="/w/$workspace/journeys" params={{ workspace: slug }} {...props} />}
        >
          <Back size={20} aria-hidden />
        </ActionIcon>
        <Title order={1} size="h4">
          <bdi>{inWords(draft.definition.name, language)}</bdi>
        </Title>
        <StateBadge state={journey.state} />
        <SavingText draft={draft} />
      </Group>
      <Group gap="xs">
        {mayEdit && <Tools draft={draft} />}
        <SegmentedControl
          size="sm"
          aria-label={t("bar.mode")}
          value={mode}
          onChange={(next) => void navigate({ search: { mode: next as Mode }, replace: true })}
          data={(["edit", "live", "play"] as const).map((each) => ({
            value: each,
            label: t(`mode.${each}`),
          }))}
        />
        <Versions journey={journey} draft={draft} />
        <JourneyActions journey={journey} />
        <PublishButton journey={journey} draft={draft} problems={problems} />
      </Group>
    </Group>
  );
}

function Tools({ draft }: { draft: Draft }) {
  const { t } = useTranslation("journeys");
  const notes = draft.definition.layout?.notes ?? [];
  const note = { text: t("panel.newNote"), x: -260, y: 0, width: 200, height: 120 };
  return (
    <Group gap={2}>
      <Tool label={t("bar.undo")} icon={IconArrowBackUp} off={!draft.canUndo} onClick={draft.undo} />
      <Tool label={t("bar.redo")} icon={IconArrowForwardUp} off={!draft.canRedo} onClick={draft.redo} />
      <Tool label={t("bar.tidy")} icon={IconBinaryTree2} onClick={() => draft.change({ do: "tidy" })} />
      <Tool
        label={t("bar.note")}
        icon={IconNote}
        onClick={() =>
          draft.change({ do: "note", at: notes.length, note: { ...note, y: notes.length * 140 } })
        }
      />
    </Group>
  );
}

interface ToolProps {
  label: string;
  icon: typeof IconNote;
  off?: boolean;
  onClick: () => void;
}

function Tool({ label, icon: Picture, off = false, onClick }: ToolProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={label}
        disabled={off}
        {...(off && { bg: "transparent" })}
        onClick={onClick}
      >
        <Picture size={19} stroke={1.7} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

function SavingText({ draft }: { draft: Draft }) {
  const { t } = useTranslation("journeys");
  const text = draft.saving === "kept" && draft.revision === 0 ? "" : t(`saving.${draft.saving}`);
  return (
    <Text size="xs" c="var(--quiet)" role="status">
      {text}
    </Text>
  );
}

/** Says when somebody else saved meanwhile, or when saving does not work, and what to do. */
function Told({ draft }: { draft: Draft }) {
  const { t } = useTranslation("journeys");
  const { journey: key } = route.useParams();
  if (draft.saving === "failed") {
    return (
      <Group gap="xs">
        <Refusal error={draft.failure} />
        <Button variant="default" onClick={() => void draft.saveNow()}>
          {t("saving.again")}
        </Button>
      </Group>
    );
  }
  if (draft.saving !== "changed") return null;
  return (
    <Alert color="orange" title={t("conflict.title")} role="alert">
      <Group justify="space-between">
        <Text size="sm">{t("conflict.what")}</Text>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={() => void openJourney(key).then(draft.open)}>
            {t("conflict.theirs")}
          </Button>
          <Button size="xs" color="orange" onClick={() => void draft.insist()}>
            {t("conflict.mine")}
          </Button>
        </Group>
      </Group>
    </Alert>
  );
}

/** What is wrong with what is on the canvas, in the reader's language. */
function useProblems({ definition }: Draft): Problem[] {
  const language = useLanguage();
  const [settled] = useDebouncedValue(definition, 400);
  const { data } = useQuery({
    queryKey: ["journeys", "check", language, settled],
    placeholderData: keepPreviousData,
    gcTime: 10_000,
    queryFn: async () => {
      const { data: check, error } = await call.POST("/api/journey-check", {
        body: { definition: settled as never },
      });
      if (!check) throw error;
      return check.problems;
    },
  });
  return data ?? NO_PROBLEMS;
}

const NO_PROBLEMS: Problem[] = [];
const NARROW = "(max-width: 48em)";
