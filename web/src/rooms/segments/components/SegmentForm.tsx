import { Button, Grid, Stack, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { keyFrom } from "~/api/keys";
import { Card } from "~/design/Card";
import { Refusal } from "~/design/Refusal";
import { Screen } from "~/design/Screen";
import { cache } from "~/routing/me";
import { useAllowed, useWorkspace } from "~/routing/workspace";
import { RuleBuilder } from "../builder/RuleBuilder";
import type { Rule } from "../builder/rules";
import { ExplainCard } from "./ExplainCard";
import { RulePreview } from "./RulePreview";
import { RuleSentence } from "./RuleSentence";

interface SegmentFormProps {
  title: string;
  name: string;
  rule: Rule;
  /** The segment as it is saved; undefined for a new one. */
  segment?: Schema<"SegmentDetail">;
  /** The person about whom the rule is explained at first. */
  person?: number | undefined;
}

/** Name and rule at one side, the people that the rule means at the other. */
export function SegmentForm(props: SegmentFormProps) {
  const { title, name: savedName, rule: savedRule, segment } = props;
  const { t } = useTranslation("segments");
  const { i18n } = useTranslation();
  const { slug: workspace } = useWorkspace();
  const navigate = useNavigate();
  const mayWrite = useAllowed("segments:write");
  const [name, setName] = useState(savedName);
  const [rule, setRule] = useState(savedRule);
  const [person, setPerson] = useState(props.person);
  const leave = () => navigate({ to: "/w/$workspace/segments", params: { workspace } });

  const save = useMutation({
    mutationFn: async () => {
      const key = segment?.key ?? (await freeKey(name));
      const texts = { ...segment?.name, [i18n.language]: name };
      const { error } = await call.PUT("/api/segments/{key}", {
        params: { path: { key } },
        body: { name: texts, rule },
      });
      if (error) throw error;
    },
    onSuccess: async () => {
      await cache.invalidateQueries();
      notifications.show({ message: t("saved") });
      await leave();
    },
  });
  const remove = useMutation({
    mutationFn: async (key: string) => {
      const { error } = await call.DELETE("/api/segments/{key}", { params: { path: { key } } });
      if (error) throw error;
    },
    onSuccess: async () => {
      await cache.invalidateQueries();
      await leave();
    },
  });
  const askToRemove = (key: string) =>
    modals.openConfirmModal({
      title: t("removeTitle", { name: savedName }),
      children: t("removeWhat"),
      confirmProps: { color: "red.9" },
      onConfirm: () => remove.mutate(key),
    });

  const actions = mayWrite && (
    <>
      {segment && (
        <Button variant="subtle" color="red" onClick={() => askToRemove(segment.key)}>
          {t("remove")}
        </Button>
      )}
      <Button onClick={() => save.mutate()} loading={save.isPending} disabled={!name.trim()}>
        {t("save")}
      </Button>
    </>
  );
  return (
    <Screen title={title} actions={actions}>
      <Refusal error={save.error ?? remove.error} />
      <Grid>
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Stack>
            <TextInput
              label={t("name")}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              maw={420}
              withAsterisk
            />
            <Card title={t("rule")}>
              <RuleSentence rule={rule} />
              <RuleBuilder rule={rule} onChange={setRule} />
            </Card>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack>
            <RulePreview rule={rule} />
            <ExplainCard rule={rule} person={person} onPerson={setPerson} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Screen>
  );
}

/** A key from the name, that no other segment has. */
async function freeKey(name: string): Promise<string> {
  const { data = [] } = await call.GET("/api/segments");
  const taken = data.map(({ key }) => key);
  return keyFrom(name, "segment", taken);
}
