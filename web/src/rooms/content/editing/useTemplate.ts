import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { call } from "~/api/client";
import { sentenceOf } from "~/api/problems";
import { useWorkspace } from "~/routing/workspace";
import type { Draft } from "./draft";

/** A template with its current version. */
export function useTemplate(key: string) {
  const { slug } = useWorkspace();
  return useQuery({
    queryKey: ["content", slug, "template", key],
    // What is being written must not be replaced by what another window saved.
    refetchOnWindowFocus: false,
    queryFn: async () => {
      const { data, error } = await call.GET("/api/templates/{key}", { params: { path: { key } } });
      if (!data) throw error;
      return data;
    },
  });
}

/** Saves a template's next version. */
export function useSave(key: string, onSaved: (saved: { number: number }) => void) {
  const { slug } = useWorkspace();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (draft: Draft) => {
      const { data, error } = await call.PUT("/api/templates/{key}", {
        params: { path: { key } },
        body: draft,
      });
      if (!data) throw error;
      return data;
    },
    onSuccess: (saved) => {
      cache.setQueryData(["content", slug, "template", key], saved);
      void cache.invalidateQueries({ queryKey: ["content", slug, "list"] });
      onSaved(saved.version);
    },
  });
}

/** Takes a template out of the list. */
export function useArchive(key: string) {
  const { t } = useTranslation("content");
  const { slug } = useWorkspace();
  const cache = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async () => {
      const { error } = await call.DELETE("/api/templates/{key}", { params: { path: { key } } });
      if (error) throw error;
    },
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: ["content", slug] });
      notifications.show({ message: t("archive.done") });
      await navigate({ to: "/w/$workspace/content", params: { workspace: slug } });
    },
    onError: (error) => notifications.show({ color: "red", message: sentenceOf(error) ?? "" }),
  });
}
