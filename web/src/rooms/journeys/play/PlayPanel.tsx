import { Badge, Button, Collapse, Group, Slider, Stack, Text, Title, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconCircleCheck,
  IconCircleX,
  IconFlag,
  IconHourglass,
  IconLogin2,
  IconLogout2,
  IconMail,
  IconPlayerTrackNext,
  IconPlayerTrackPrev,
  IconPointFilled,
  IconUserBolt,
} from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/client";
import { MailFrame } from "~/design/MailFrame";
import { useFormat } from "~/i18n/format";
import { useLanguage, useNaming } from "../editing/useTypes";
import { useWording } from "../editing/useWording";
import { useStepNames } from "../forms/choosing";
import { useEditor } from "../editing/Editor";
import { isolated } from "../definition/summary";
import { waysOf } from "../definition/ways";
import classes from "../panels/panels.module.css";
import { CastingForm } from "./CastingForm";
import type { Line, Play } from "./usePlay";

const PICTURES: Record<string, typeof IconMail> = {
  event: IconUserBolt,
  entered: IconLogin2,
  not_entered: IconCircleX,
  waits: IconHourglass,
  message: IconMail,
  goal: IconFlag,
  exited: IconLogout2,
};

/** Beside the canvas: who plays, and then what happens to her, forward and back in time. */
export function PlayPanel({ play }: { play: Play }) {
  return play.told ? <Story play={play} told={play.told} /> : <CastingForm play={play} />;
}

function Story({ play, told }: { play: Play; told: Schema<"PlayAnswer"> }) {
  const { t } = useTranslation("journeys");
  const format = useFormat();
  const say = useSaying();
  const { lines } = told;
  const line = lines[play.at];
  const step = (by: number) => play.goTo(Math.min(lines.length - 1, Math.max(0, play.at + by)));
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={2} size="h5">
          {t("play.story")}
        </Title>
        <Button size="xs" variant="default" onClick={play.again}>
          {t("play.again")}
        </Button>
      </Group>
      {lines.length === 0 && <Text c="var(--quiet)">{t("play.nothing")}</Text>}
      {lines.length > 1 && (
        <Stack gap={6}>
          <Slider
            min={0}
            max={lines.length - 1}
            value={play.at}
            onChange={play.goTo}
            label={null}
            thumbLabel={t("play.time")}
            thumbProps={{ "aria-valuetext": line ? format.wall(line.local) : "" }}
          />
          <Group justify="space-between">
            <Button
              size="compact-sm"
              variant="subtle"
              disabled={play.at === 0}
              {...(play.at === 0 && { bg: "transparent" })}
              onClick={() => step(-1)}
              leftSection={<IconPlayerTrackPrev size={14} className="flips" aria-hidden />}
            >
              {t("play.back")}
            </Button>
            <Text size="xs" c="var(--quiet)" className="numbers">
              {t("play.lineOf", { at: play.at + 1, all: lines.length })}
            </Text>
            <Button
              size="compact-sm"
              variant="subtle"
              disabled={play.at === lines.length - 1}
              onClick={() => step(1)}
              rightSection={<IconPlayerTrackNext size={14} className="flips" aria-hidden />}
            >
              {t("play.next")}
            </Button>
          </Group>
        </Stack>
      )}
      <ol className={classes.lines}>
        {lines.map((each, at) => (
          <StoryLine
            key={at}
            line={each}
            said={say(each)}
            now={at === play.at}
            told={at <= play.at}
            onChoose={() => play.goTo(at)}
          />
        ))}
      </ol>
      {told.ended !== "time" && (
        <Text size="sm">{t(`play.ended.${told.ended as "endless" | "too_long"}`)}</Text>
      )}
    </Stack>
  );
}

function StoryLine({
  line,
  said,
  now,
  told,
  onChoose,
}: {
  line: Line;
  said: string;
  now: boolean;
  told: boolean;
  onChoose: () => void;
}) {
  const format = useFormat();
  const place = useRef<HTMLLIElement>(null);
  const Picture = PICTURES[line.kind] ?? IconPointFilled;
  useEffect(() => {
    if (now) place.current?.scrollIntoView({ block: "nearest" });
  }, [now]);
  return (
    <li ref={place}>
      <UnstyledButton
        className={classes.line}
        data-now={now || undefined}
        aria-current={now ? "step" : undefined}
        onClick={onChoose}
      >
        <Group gap="xs" wrap="nowrap" align="flex-start">
          <Picture size={17} stroke={1.7} style={{ flex: "none", marginBlockStart: 2 }} aria-hidden />
          <Stack gap={0}>
            <Text size="sm" {...(!told && { c: "var(--quiet)" })}>
              {said}
            </Text>
            <Text size="xs" c="var(--quiet)" className="numbers">
              {format.wall(line.local)}
            </Text>
          </Stack>
        </Group>
      </UnstyledButton>
      {now && <Reasons line={line} />}
    </li>
  );
}

/** The API tells steps, ways and templates by their keys, and times as a computer writes them; the reader knows them by
 * what is written on the canvas. */
function useSaying(): (line: Line) => string {
  const { t } = useTranslation("journeys");
  const format = useFormat();
  const naming = useNaming();
  const { draft, kinds } = useEditor();
  const word = useWording();
  const steps = new Map(useStepNames().map(({ value, label }) => [value, label]));
  return ({ kind, text, came_from, node, outcome, message }) => {
    const from = came_from ? draft.definition.nodes[came_from] : undefined;
    const way = from && waysOf(from, kinds.types).find((each) => each.outcome === outcome);
    const step = node && steps.get(node);
    if (kind === "step" && way && step) {
      const to = { step: isolated(step), way: isolated(way.label[naming.language]) };
      return way.only ? t("play.on", to) : t("play.by", to);
    }
    const said = text[naming.language].replaceAll(CLOCK, (local) => isolated(format.wall(local)));
    if (!message) return word(said);
    const { template } = message;
    return said.replace(template, isolated(naming.nameOf("template", template)));
  };
}

const CLOCK = /\d{4}-\d{2}-\d{2} \d{2}:\d{2}/g;

/** Why it went this way, and the message as she gets it. */
function Reasons({ line }: { line: Line }) {
  return (
    <Stack gap="xs" px="sm" py="sm">
      {line.checks.map((check) => (
        <Check key={check.place} check={check} />
      ))}
      {line.message && <Mail message={line.message} />}
    </Stack>
  );
}

function Check({ check }: { check: Schema<"PlayedCheck"> }) {
  const { t } = useTranslation("journeys");
  const language = useLanguage();
  const Picture = check.holds ? IconCircleCheck : IconCircleX;
  const said = check.explanation?.sentence[language];
  const found = check.explanation?.found?.[language];
  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      <Picture
        size={16}
        color={check.holds ? "var(--mantine-color-green-7)" : "var(--mantine-color-red-7)"}
        style={{ flex: "none", marginBlockStart: 2 }}
        aria-hidden
      />
      <Stack gap={0}>
        <Text size="xs">
          {said ?? t("play.condition")} {t(check.holds ? "play.holds" : "play.doesNotHold")}
        </Text>
        {found && (
          <Text size="xs" c="var(--quiet)">
            {found}
          </Text>
        )}
      </Stack>
    </Group>
  );
}

function Mail({ message }: { message: Schema<"PlayedMail"> }) {
  const { t } = useTranslation("journeys");
  const language = useLanguage();
  const [plain, { toggle }] = useDisclosure();
  return (
    <Stack gap={6}>
      <Group gap={6}>
        <Badge variant="dot" color={message.state === "sent" ? "green" : "orange"}>
          {t(message.state === "sent" ? "play.sent" : message.state === "held" ? "play.held" : "play.later")}
        </Badge>
        {message.reason_text && <Text size="xs">{message.reason_text[language]}</Text>}
      </Group>
      {message.problem && (
        <Text size="xs" c="red">
          {message.problem}
        </Text>
      )}
      {message.subject && (
        <Text size="sm" fw={600}>
          <bdi>{message.subject}</bdi>
        </Text>
      )}
      {message.html && (
        <MailFrame
          className={classes.mail}
          html={message.html}
          title={t("play.mail", { subject: message.subject ?? "" })}
        />
      )}
      {message.text && (
        <>
          <Button size="compact-xs" variant="subtle" onClick={toggle} aria-expanded={plain}>
            {t("play.plain")}
          </Button>
          <Collapse expanded={plain}>
            <Text size="xs" style={{ whiteSpace: "pre-wrap" }} dir="auto">
              {message.text}
            </Text>
          </Collapse>
        </>
      )}
    </Stack>
  );
}
