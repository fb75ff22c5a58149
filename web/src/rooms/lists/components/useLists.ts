import { useQuery } from "@tanstack/react-query";
import { type After, type Answer, useChangeOf } from "~/api/changes";
import { call, type Schema } from "~/api/client";
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

/** One change of lists: all that shows lists is read again after it. */
export function useListChange<Given, Made>(act: (given: Given) => Promise<Answer<Made>>, after?: After) {
  const { slug } = useWorkspace();
  return useChangeOf(
    [
      ["lists", slug],
      ["get", "/api/lists"],
    ],
    act,
    after,
  );
}

/** Puts one person on a list, or takes her off it. */
export function useMember(key: string, done?: () => void) {
  return useListChange(
    ({ person, move }: { person: number; move: "on" | "off" }) => {
      const about = { params: { path: { key } }, body: { profile_ids: [person] } };
      return move === "on"
        ? call.POST("/api/lists/{key}/members", about)
        : call.POST("/api/lists/{key}/members/remove", about);
    },
    { quiet: true, done },
  );
}
