import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call, type Schema } from "~/api/client";
import { useWorkspace } from "~/routing/workspace";

export type ImportDetail = Schema<"ImportDetail">;
export type ColumnChoice = Schema<"MappedColumn">;

const LOOK_EVERY = 1_000;
const UNDER_WAY = ["waiting", "working"];

/** Whether a file is being loaded. */
export function isUnderWay({ state }: Pick<ImportDetail, "state">): boolean {
  return UNDER_WAY.includes(state);
}

/** One import; looked at every second while it is loaded. */
export function useImport(id: number) {
  const { slug } = useWorkspace();
  return useQuery({
    queryKey: ["imports", slug, id],
    refetchInterval: ({ state }) => (state.data && isUnderWay(state.data) ? LOOK_EVERY : false),
    queryFn: async () => {
      const { data, error } = await call.GET("/api/imports/{import_id}", {
        params: { path: { import_id: id } },
      });
      if (!data) throw error;
      return data;
    },
  });
}

interface Answer<Made> {
  data?: Made;
  error?: unknown;
}

/** One change of an import; what it answers is what everybody sees from then on. */
export function useImportChange<Given>(act: (given: Given) => Promise<Answer<ImportDetail>>) {
  const { slug } = useWorkspace();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (given: Given) => {
      const { data, error } = await act(given);
      if (!data) throw error;
      return data;
    },
    onSuccess: async (changed) => {
      cache.setQueryData(["imports", slug, changed.id], changed);
      await cache.invalidateQueries({ queryKey: ["imports", slug, "list"] });
    },
  });
}
