import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { sentenceOf } from "~/api/problems";
import { useWorkspace } from "~/routing/workspace";

export type ListDetail = Schema<"ListDetail">;

/** The lists of the workspace, with how many are on each. */
export function useLists() {
  const { slug } = useWorkspace();
  return useQuery({
    queryKey: ["lists", slug, "all"],
    queryFn: async () => {
      const { data, error } = await call.GET("/api/lists");
      if (!data) throw error;
      return data;
    },
  });
}

/** One list. */
export function useList(key: string) {
  const { slug } = useWorkspace();
  return useQuery({
    queryKey: ["lists", slug, "one", key],
    queryFn: async () => {
      const { data, error } = await call.GET("/api/lists/{key}", { params: { path: { key } } });
      if (!data) throw error;
      return data;
    },
  });
}

interface Answer<Made> {
  data?: Made;
  error?: unknown;
}

/** One change of lists: all that shows lists is read again after it. A quiet one tells a refusal by itself. */
export function useListChange<Given, Made>(
  act: (given: Given) => Promise<Answer<Made>>,
  { quiet = false }: { quiet?: boolean } = {},
) {
  const { slug } = useWorkspace();
  const cache = useQueryClient();
  const { t } = useTranslation();
  return useMutation({
    mutationFn: async (given: Given) => {
      const { data, error } = await act(given);
      if (error) throw error;
      return data;
    },
    onError: (error: unknown) => {
      if (quiet) notifications.show({ color: "red", message: sentenceOf(error) ?? t("failed.unknown") });
    },
    onSettled: () =>
      Promise.all([
        cache.invalidateQueries({ queryKey: ["lists", slug] }),
        cache.invalidateQueries({ queryKey: ["get", "/api/lists"] }),
      ]),
  });
}

type Move = "on" | "off";

/** Puts one person on a list, or takes her off it. */
export function useMember(key: string) {
  return useListChange(
    ({ person, move }: { person: number; move: Move }) => {
      const about = { params: { path: { key } }, body: { profile_ids: [person] } };
      return move === "on"
        ? call.POST("/api/lists/{key}/members", about)
        : call.POST("/api/lists/{key}/members/remove", about);
    },
    { quiet: true },
  );
}
