import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "~/api/client";
import { sentenceOf } from "~/api/problems";
import { useWorkspace } from "~/routing/workspace";

const LOOK_EVERY = 2_000;
const ON_ITS_WAY = ["scheduled", "sending"];

/** A broadcast and what became of its messages; looked at every two seconds while it goes out. */
export function useBroadcast(key: string) {
  const { slug } = useWorkspace();
  return useQuery({
    queryKey: ["broadcasts", slug, "one", key],
    refetchInterval: ({ state }) => {
      const seen = state.data?.broadcast.state;
      return seen && ON_ITS_WAY.includes(seen) ? LOOK_EVERY : false;
    },
    queryFn: async () => {
      const params = { params: { path: { key } } };
      const [broadcast, results] = await Promise.all([
        call.GET("/api/broadcasts/{key}", params),
        call.GET("/api/broadcasts/{key}/results", params),
      ]);
      if (!broadcast.data || !results.data) throw broadcast.error ?? results.error;
      return { broadcast: broadcast.data, results: results.data };
    },
  });
}

export type Deed =
  { do: "start"; at: string | null; local_time: boolean } | { do: "pause" | "resume" | "cancel" };

/** Starts, pauses, resumes or cancels a broadcast. */
export function useDeed(key: string) {
  const { slug } = useWorkspace();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async ({ do: deed, ...body }: Deed) => {
      const params = { path: { key } };
      const { error } = await {
        start: () =>
          call.POST("/api/broadcasts/{key}/start", { params, body: { local_time: false, ...body } }),
        pause: () => call.POST("/api/broadcasts/{key}/pause", { params }),
        resume: () => call.POST("/api/broadcasts/{key}/resume", { params }),
        cancel: () => call.POST("/api/broadcasts/{key}/cancel", { params }),
      }[deed]();
      if (error) throw error;
    },
    onError: (error) => notifications.show({ color: "red", message: sentenceOf(error) ?? "" }),
    onSettled: () => cache.invalidateQueries({ queryKey: ["broadcasts", slug] }),
  });
}
