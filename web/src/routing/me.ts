import { QueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { call, type Schema } from "~/api/client";

export type Me = Schema<"Me">;

/** The one cache of the app. A refusal is not asked again; a lost connection is, twice. */
export const cache = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, error) => failures < 2 && error instanceof TypeError,
      refetchOnWindowFocus: true,
    },
  },
});

const query = {
  queryKey: ["me"],
  queryFn: async (): Promise<Me | null> => (await call.GET("/api/me")).data ?? null,
  staleTime: 60_000,
};

/** Who is signed in; null for nobody. */
export function fetchMe(): Promise<Me | null> {
  return cache.ensureQueryData(query);
}

/** Forgets who was signed in and everything that was read for her. */
export function forgetEverything(): void {
  cache.clear();
}

/** Forgets what was read of a workspace; not every key names the one that it is of. */
export function forgetWorkspace(): void {
  cache.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "me" });
}

/** Who is signed in, inside a workspace. */
export function useMe(): Me {
  const { data } = useSuspenseQuery(query);
  if (!data) throw new Error("nobody is signed in");
  return data;
}
