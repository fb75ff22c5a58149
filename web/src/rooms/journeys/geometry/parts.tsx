import { BaseEdge, EdgeLabelRenderer, type EdgeProps, Handle, type NodeProps, Position } from "@xyflow/react";
import { IconPlus } from "@tabler/icons-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/format";
import type { Origin } from "../editing/changes";
import { useEditorLater } from "../editing/Editor";
import { ENTRY } from "./layout";
import classes from "./canvas.module.css";
import { handleAt } from "./layout";
import { Picture } from "./icons";
import type { DrawnEdge, EndNode, EntryNode, NoteNode, StepNode, Told } from "./drawing";
import { useInsertion } from "./insertion";
import { routeOf } from "./route";

/** What is placed in a step is placed within its frame. */
const FRAME = 1;

/** A step of the journey. */
export const StepPart = memo(function StepPart({ data, selected }: NodeProps<StepNode>) {
  const { i18n } = useTranslation();
  const { title, summary, icon, category, problems, ways, told } = data;
  return (
    <div className={classes.step} dir={i18n.dir()} {...marks(selected, problems, told)}>
      <Handle type="target" position={Position.Top} className={`${classes.handle} ${classes.hidden}`} />
      <Face title={title} summary={summary} icon={icon} category={category} problems={problems} />
      <Numbers told={told} />
      {ways.map((way, at) => (
        <Handle
          key={way.path}
          id={way.path}
          type="source"
          position={Position.Bottom}
          className={classes.handle}
          style={{ left: handleAt(at, ways.length) - FRAME }}
        />
      ))}
    </div>
  );
});

/** How people enter, and what they are to reach. */
export const EntryPart = memo(function EntryPart({ data, selected }: NodeProps<EntryNode>) {
  const { i18n } = useTranslation();
  const { title, summary, icon, problems, told } = data;
  return (
    <div className={classes.step} dir={i18n.dir()} {...marks(selected, problems, told)}>
      <Face title={title} summary={summary} icon={icon} category="entry" problems={problems} />
      <Numbers told={told} />
      <Handle id="start" type="source" position={Position.Bottom} className={classes.handle} />
    </div>
  );
});

/** Where a way ends: people leave here, or a step can be put here. */
export const EndPart = memo(function EndPart({ data }: NodeProps<EndNode>) {
  const { t } = useTranslation("journeys");
  const ask = useEditorLater();
  const origin = originOf({ from: data.step, path: data.path });
  const insert = useInsertion(origin);
  return (
    <>
      <Handle type="target" position={Position.Top} className={`${classes.handle} ${classes.hidden}`} />
      <button
        type="button"
        className={`${classes.end} nodrag`}
        data-here={data.pointedAt || undefined}
        aria-label={t("canvas.addHere")}
        onClick={() => ask().pointAt(origin)}
        {...insert}
      >
        <IconPlus size={16} aria-hidden />
      </button>
    </>
  );
});

/** A note for those who work on the journey. */
export const NotePart = memo(function NotePart({ data, selected }: NodeProps<NoteNode>) {
  return (
    <div className={classes.note} data-chosen={selected || undefined} dir="auto">
      {data.text}
    </div>
  );
});

/** A way from step to step, its name, and a place to put a step on it. */
export const WayPart = memo(function WayPart(props: EdgeProps<DrawnEdge>) {
  const { i18n } = useTranslation("journeys");
  const data = props.data ?? NOTHING;
  const shown = [data.label, data.told?.text].filter(Boolean).join(" · ");
  const from = { x: props.sourceX, y: props.sourceY };
  const { path, label } = routeOf(from, { x: props.targetX, y: props.targetY }, data.lane, shown !== "");
  const { insertable, pointedAt } = data;
  return (
    <>
      <BaseEdge path={path} className={classes.line} {...marksOfLine(data)} />
      {(shown || insertable) && (
        <EdgeLabelRenderer>
          <div
            className={`${classes.label} nodrag nopan`}
            dir={i18n.dir()}
            style={{ transform: `translate(-50%, -50%) translate(${label.x}px, ${label.y}px)` }}
          >
            {shown && (
              <bdi className={classes.way} title={shown}>
                {shown}
              </bdi>
            )}
            {insertable && <InsertHere origin={originOf(data)} pointedAt={pointedAt} />}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

function InsertHere({ origin, pointedAt }: { origin: Origin; pointedAt: boolean }) {
  const { t } = useTranslation("journeys");
  const ask = useEditorLater();
  const insert = useInsertion(origin);
  return (
    <button
      type="button"
      tabIndex={-1}
      className={classes.insert}
      data-here={pointedAt || undefined}
      aria-label={t("canvas.insertHere")}
      onClick={() => ask().pointAt(origin)}
      {...insert}
    >
      <IconPlus size={12} aria-hidden />
    </button>
  );
}

/** The place from which a line begins. */
export function originOf({ from, path }: { from: string; path: string }): Origin {
  return from === ENTRY ? "entry" : { step: from, path };
}

function marksOfLine({ error, told }: NonNullable<DrawnEdge["data"]>) {
  const width = told?.share === undefined ? undefined : { strokeWidth: 1.2 + 5 * told.share };
  return {
    "data-error": error || undefined,
    "data-played": told?.played || undefined,
    ...(width && { style: width }),
  };
}

const NOTHING = {
  label: "",
  from: "",
  path: "",
  insertable: false,
  pointedAt: false,
  error: false,
  lane: undefined,
  told: undefined,
};

/** Whether two places are the same. */
export function samePlace(one: Origin | undefined, other: Origin): boolean {
  if (one === undefined || one === "entry" || other === "entry") return one === other;
  return one.step === other.step && one.path === other.path;
}

function Face(props: { title: string; summary: string; icon: string; category: string; problems: number }) {
  const { t } = useTranslation("journeys");
  return (
    <div className={classes.about}>
      <span className={classes.icon} data-category={props.category} aria-hidden>
        <Picture name={props.icon} size={20} />
      </span>
      <div className={classes.words}>
        <div className={classes.title}>{props.title}</div>
        {props.summary && (
          <div className={classes.summary} title={props.summary}>
            {props.summary}
          </div>
        )}
      </div>
      {props.problems > 0 && (
        <span className={classes.wrong} title={t("canvas.problems", { count: props.problems })}>
          {props.problems}
        </span>
      )}
    </div>
  );
}

function Numbers({ told }: { told: Told | undefined }) {
  const { t } = useTranslation("journeys");
  const format = useFormat();
  if (!told?.numbers) return null;
  const { dropped } = told;
  return (
    <div className={classes.numbers}>
      {dropped !== undefined && (
        <span
          className={classes.dropped}
          style={{ inlineSize: `${100 * Math.min(1, dropped)}%` }}
          title={t("numbers.dropped", { share: format.percent(dropped) })}
        />
      )}
      {told.numbers.map(({ text, label, tone }) => (
        <span key={label} data-tone={tone}>
          <b>{text}</b> {label}
        </span>
      ))}
    </div>
  );
}

function marks(selected: boolean, problems: number, told: Told | undefined) {
  return {
    "data-chosen": selected || undefined,
    "data-wrong": problems > 0 || undefined,
    "data-played": told?.played,
  };
}
