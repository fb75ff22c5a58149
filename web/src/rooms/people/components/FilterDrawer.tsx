import { Button, Drawer, Group, Stack } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { EMPTY, isEmpty, type Rule, RuleBuilder, RulePreview, RuleSentence } from "~/rooms/segments";
import { useAllowed, useWorkspace } from "~/routing/workspace";

interface FilterDrawerProps {
  rule: Rule | undefined;
  onChange: (rule: Rule | undefined) => void;
  onClose: () => void;
}

/** Writes any rule, counts whom it means, and filters by it; or goes on to make a segment of it. */
export function FilterDrawer({ rule: before, onChange, onClose }: FilterDrawerProps) {
  const { t } = useTranslation("people");
  const { slug } = useWorkspace();
  const mayKeep = useAllowed("segments:write");
  const [rule, setRule] = useState<Rule>(before ?? EMPTY);
  const show = (next: Rule | undefined) => {
    onChange(next);
    onClose();
  };
  return (
    <Drawer opened onClose={onClose} position="right" size="xl" title={t("filter.title")}>
      <Stack>
        <RuleSentence rule={rule} />
        <RuleBuilder rule={rule} onChange={setRule} />
        <RulePreview rule={rule} />
        <Group>
          <Button onClick={() => show(isEmpty(rule) ? undefined : rule)}>{t("filter.show")}</Button>
          {before && (
            <Button variant="default" onClick={() => show(undefined)}>
              {t("filter.clear")}
            </Button>
          )}
          {mayKeep && !isEmpty(rule) && (
            <Button
              variant="subtle"
              renderRoot={(props) => (
                <Link
                  to="/w/$workspace/segments/new"
                  params={{ workspace: slug }}
                  search={{ rule }}
                  {...props}
                />
              )}
            >
              {t("filter.keep")}
            </Button>
          )}
        </Group>
      </Stack>
    </Drawer>
  );
}
