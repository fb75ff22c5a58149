import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { call, type Schema } from "~/api/client";

type Event = Schema<"RecentEventDetail">;
const SHOWN = 20;

/** The newest events of a workspace, the newest first, kept up by the server while somebody looks. */
export function useLiveEvents(workspace: string): Event[] | undefined {
  const queries = useQueryClient();
  const { data } = useQuery({
    queryKey: ["home", workspace, "events"],
    staleTime: Infinity,
    gcTime: 0,
    queryFn: async () => {
      const { data: feed, error } = await call.GET("/api/events", { params: { query: { limit: SHOWN } } });
      if (!feed) throw error;
      return feed;
    },
  });
  const begun = data !== undefined;
  useEffect(() => {
    if (!begun) return;
    const key = ["home", workspace, "events"];
    const known = queries.getQueryData<Schema<"EventFeed">>(key);
    const place = new URLSearchParams({ workspace, ...(known?.latest && { after: known.latest }) });
    const stream = new EventSource(`/api/live?${place.toString()}`);
    stream.onmessage = ({ data: line, lastEventId }: MessageEvent<string>) => {
      const event = JSON.parse(line) as Event;
      queries.setQueryData<Schema<"EventFeed">>(key, (feed) => {
        const before = feed?.items.filter(({ id }) => id !== event.id) ?? [];
        return { next: null, latest: lastEventId, items: [event, ...before].slice(0, SHOWN) };
      });
    };
    return () => stream.close();
  }, [begun, queries, workspace]);
  return data?.items;
}
