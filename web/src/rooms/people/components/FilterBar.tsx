import { ActionIcon, Button, Group, Paper } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconFilter, IconX } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { type Rule, RuleSentence } from "~/rooms/segments";

const FilterDrawer = lazy(async () => ({ default: (await import("./FilterDrawer")).FilterDrawer }));

interface FilterProps {
  rule: Rule | undefined;
  onChange: (rule: Rule | undefined) => void;
}

/** Opens the filter; the rule that filters is read and taken away in `FilterSentence`. */
export function FilterButton({ rule, onChange }: FilterProps) {
  const { t } = useTranslation("people");
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <Button
        variant={rule ? "light" : "default"}
        leftSection={<IconFilter size={18} aria-hidden />}
        onClick={open}
      >
        {t("filter.do")}
      </Button>
      <Suspense>{opened && <FilterDrawer rule={rule} onChange={onChange} onClose={close} />}</Suspense>
    </>
  );
}

/** The rule that filters the list, as a sentence. */
export function FilterSentence({ rule, onChange }: { rule: Rule; onChange: FilterProps["onChange"] }) {
  const { t } = useTranslation("people");
  return (
    <Paper withBorder p="xs" ps="md" bg="var(--surface)">
      <Group justify="space-between" wrap="nowrap">
        <RuleSentence rule={rule} />
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t("filter.clear")}
          onClick={() => onChange(undefined)}
        >
          <IconX size={18} aria-hidden />
        </ActionIcon>
      </Group>
    </Paper>
  );
}
