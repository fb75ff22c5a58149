import { Button, Divider, Group, Modal, Stack, Text, TextInput, UnstyledButton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call, type Schema } from "~/api/client";
import { keyFrom } from "~/api/keys";
import { Refusal } from "~/design/Refusal";
import { Waiting } from "~/design/Waiting";
import { useAllowed, useWorkspace } from "~/routing/workspace";
import { freshDefinition } from "../definition/fresh";
import { useLanguage } from "../editing/useTypes";
import classes from "../panels/panels.module.css";

/** How a journey begins: from a recipe, or empty. */
export function NewJourney({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation("journeys");
  return (
    <Modal opened={opened} onClose={onClose} title={t("new.title")} size="xl">
      <Stack>
        <EmptyOne />
        <Recipes />
      </Stack>
    </Modal>
  );
}

function useOpen() {
  const navigate = useNavigate();
  const cache = useQueryClient();
  const { slug } = useWorkspace();
  return async (key: string) => {
    await cache.invalidateQueries({ queryKey: ["journeys", slug] });
    await navigate({ to: "/w/$workspace/journeys/$journey", params: { workspace: slug, journey: key } });
  };
}

function EmptyOne() {
  const { t } = useTranslation("journeys");
  const [name, setName] = useState("");
  const open = useOpen();
  const begin = useMutation({
    mutationFn: async () => {
      const { data: others = [] } = await call.GET("/api/journeys");
      const taken = others.map((journey) => journey.key);
      const key = keyFrom(name, "journey", taken);
      const { error } = await call.PUT("/api/journeys/{key}/draft", {
        params: { path: { key } },
        body: { definition: freshDefinition(key, name.trim()) as never, revision: 0 },
      });
      if (error) throw error;
      await open(key);
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        begin.mutate();
      }}
    >
      <Group align="flex-end" gap="xs">
        <TextInput
          label={t("new.name")}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          dir="auto"
          maxLength={100}
          required
          flex={1}
          data-autofocus
        />
        <Button type="submit" loading={begin.isPending}>
          {t("new.begin")}
        </Button>
      </Group>
      <Refusal error={begin.error} />
    </form>
  );
}

function Recipes() {
  const { t } = useTranslation("journeys");
  const mayAdd = useAllowed("journeys:publish");
  const { data, error } = useQuery({ ...api.queryOptions("get", "/api/recipes"), staleTime: 300_000 });
  const open = useOpen();
  const add = useMutation({
    mutationFn: async (key: string) => {
      const { data: added, error: refused } = await call.POST("/api/recipes/{key}", {
        params: { path: { key } },
        body: {},
      });
      if (!added) throw refused;
      await open(added.journey);
    },
  });
  if (!mayAdd) return null;
  return (
    <>
      <Divider label={t("new.orRecipe")} styles={{ label: { color: "var(--quiet)" } }} />
      <Refusal error={error ?? add.error} />
      {!data && !error && <Waiting />}
      <Stack gap={2}>
        {data?.map((recipe) => (
          <Recipe
            key={recipe.key}
            recipe={recipe}
            busy={add.isPending}
            onChoose={() => add.mutate(recipe.key)}
          />
        ))}
      </Stack>
    </>
  );
}

function Recipe(props: { recipe: Schema<"RecipeSummary">; busy: boolean; onChoose: () => void }) {
  const language = useLanguage();
  const { name, about } = props.recipe;
  return (
    <UnstyledButton className={classes.line} onClick={props.onChoose} disabled={props.busy}>
      <Text fw={600} size="sm">
        {name[language]}
      </Text>
      <Text size="sm" c="var(--quiet)">
        {about[language]}
      </Text>
    </UnstyledButton>
  );
}
