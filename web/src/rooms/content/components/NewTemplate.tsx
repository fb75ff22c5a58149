import { Button, Group, Modal, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "~/api/client";
import { keyFrom } from "~/api/keys";
import { BothTextsInput } from "~/design/BothTextsInput";
import { Refusal } from "~/design/Refusal";
import { useWorkspace } from "~/routing/workspace";
import type { Draft } from "../editing/draft";
import { freshDraft } from "../editing/fresh";

/** Begins a template: a name, and a short message to write on. */
export function NewTemplate({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation("content");
  const [name, setName] = useState({ he: "", en: "" });
  const begin = useBegin();
  return (
    <Modal opened={opened} onClose={onClose} title={t("list.new")} size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          begin.mutate(name);
        }}
      >
        <Stack>
          <BothTextsInput label={t("list.name")} value={name} onChange={setName} />
          <Refusal error={begin.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("cancel")}
            </Button>
            <Button type="submit" loading={begin.isPending} disabled={!(name.he.trim() || name.en.trim())}>
              {t("new.begin")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function useBegin() {
  const { slug, language } = useWorkspace();
  const cache = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async (given: Draft["name"]) => {
      const name = { he: given.he.trim() || given.en.trim(), en: given.en.trim() || given.he.trim() };
      const key = await freeKey(name.en);
      const body = freshDraft(name, language);
      const { error } = await call.PUT("/api/templates/{key}", { params: { path: { key } }, body });
      if (error) throw error;
      await cache.invalidateQueries({ queryKey: ["content", slug, "list"] });
      await navigate({
        to: "/w/$workspace/content/templates/$template",
        params: { workspace: slug, template: key },
      });
    },
  });
}

/** A key that no template has, an archived one neither: saving under it would bring that one back. */
async function freeKey(name: string): Promise<string> {
  const taken: string[] = [];
  let cursor: string | undefined;
  do {
    const { data, error } = await call.GET("/api/templates", {
      params: { query: { archived: true, limit: 200, ...(cursor && { cursor }) } },
    });
    if (!data) throw error;
    taken.push(...data.items.map(({ key }) => key));
    cursor = data.next ?? undefined;
  } while (cursor);
  return keyFrom(name, "template", taken);
}
