import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { api } from "~/api/client";
import { useMe } from "./me";

const route = getRouteApi("/w/$workspace");

/** The workspace on the screen and what the reader may do in it. */
export function useWorkspace() {
  const { workspace: slug } = route.useParams();
  const me = useMe();
  const membership = me.workspaces.find((each) => each.slug === slug);
  if (!membership) throw new Error(`not a member of ${slug}`);
  const { data } = useQuery({ ...api.queryOptions("get", "/api/workspace"), staleTime: 300_000 });
  return { ...membership, timezone: data?.timezone ?? "UTC", language: data?.default_language ?? "en" };
}

/** Whether the reader may do something here: `useAllowed("journeys:write")`. */
export function useAllowed(permission: string): boolean {
  return useWorkspace().permissions.includes(permission);
}
