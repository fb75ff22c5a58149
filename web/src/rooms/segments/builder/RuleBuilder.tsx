import { Box, Button, Group, Menu, SegmentedControl, Skeleton, Stack } from "@mantine/core";
import { IconFolderPlus, IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useLocal } from "~/i18n/local";
import { useReadWords, useWords, WordsProvider } from "./context";
import { LeafEditor } from "./LeafEditor";
import { asGroup, type GroupKey, groupOf, insideNot, newLeaf, type Rule } from "./rules";
import classes from "./RuleBuilder.module.css";

interface RuleBuilderProps {
  rule: Rule;
  onChange: (rule: Rule) => void;
}

/** Builds any rule of the language; the language and the workspace's words come from the API. */
export function RuleBuilder({ rule, onChange }: RuleBuilderProps) {
  const words = useReadWords();
  if (!words) return <Skeleton h={120} />;
  return (
    <WordsProvider value={words}>
      <GroupEditor rule={asGroup(rule)} onChange={onChange} depth={1} />
    </WordsProvider>
  );
}

interface PartProps extends RuleBuilderProps {
  depth: number;
  onRemove?: () => void;
}

function GroupEditor({ rule, onChange, depth, onRemove }: PartProps) {
  const { t } = useTranslation("segments");
  const { language } = useWords();
  const local = useLocal();
  const { key, parts } = groupOf(rule) ?? { key: "all" as const, parts: [] };
  const say = (value: GroupKey) =>
    local(language.groups.find((group) => group.value === value)?.label ?? NOTHING);
  const put = (at: number, part: Rule | undefined) =>
    onChange({ [key]: parts.flatMap((each, index) => (index === at ? (part ? [part] : []) : [each])) });
  return (
    <Stack gap="xs" className={classes.group} data-depth={depth} role="group" aria-label={say(key)}>
      <Group justify="space-between">
        <SegmentedControl
          size="xs"
          value={key}
          onChange={(value) => onChange({ [value]: parts })}
          data={(["all", "any"] as const).map((value) => ({ value, label: say(value) }))}
        />
        {onRemove && (
          <Button size="compact-xs" variant="subtle" color="gray" onClick={onRemove}>
            {t("builder.removeGroup")}
          </Button>
        )}
      </Group>
      {parts.map((part, at) => (
        <Part
          key={`${depth}-${at}`}
          rule={part}
          depth={depth}
          onChange={(next) => put(at, next)}
          onRemove={() => put(at, undefined)}
        />
      ))}
      <Group gap="xs">
        <AddLeaf onAdd={(leaf) => onChange({ [key]: [...parts, leaf] })} />
        {depth < language.most_depth && (
          <Button
            size="xs"
            variant="subtle"
            leftSection={<IconFolderPlus size={16} aria-hidden />}
            onClick={() => onChange({ [key]: [...parts, { [key === "all" ? "any" : "all"]: [] }] })}
          >
            {t("builder.addGroup")}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

const NOTHING = { en: "", he: "" };

function Part({ rule, onChange, depth, onRemove }: PartProps) {
  const inner = insideNot(rule);
  const negated = inner !== undefined;
  const positive = inner ?? rule;
  const wrap = (next: Rule) => onChange(negated ? { not: next } : next);
  const remove = onRemove ?? (() => undefined);
  if (groupOf(positive))
    return <GroupEditor rule={positive} onChange={wrap} depth={depth + 1} onRemove={remove} />;
  return (
    <LeafEditor
      leaf={positive}
      negated={negated}
      onChange={wrap}
      onNegate={() => onChange(negated ? positive : { not: positive })}
      onRemove={remove}
    />
  );
}

function AddLeaf({ onAdd }: { onAdd: (leaf: Rule) => void }) {
  const { t } = useTranslation("segments");
  const { language } = useWords();
  const local = useLocal();
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button size="xs" variant="light" leftSection={<IconPlus size={16} aria-hidden />}>
          {t("builder.add")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflowY: "auto" }}>
        {language.leaves.map(({ key, label, help }) => (
          <Menu.Item key={key} onClick={() => onAdd(newLeaf(key, language))}>
            {local(label)}
            <Box fz="xs" c="dimmed">
              {local(help)}
            </Box>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
