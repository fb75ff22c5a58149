import { api } from "~/api/client";

/** What a message can say about its reader, its sender and its own links. */
export interface Variables {
  person: string[];
  brand: string[];
  links: string[];
}

const OF_EVERYBODY = ["first_name", "last_name", "email", "phone", "language"];
const BRAND = ["name", "phone", "address", "website_url"];
const LINKS = ["unsubscribe", "preferences"];

/** The values that exist in this workspace, for the menu of them. */
export function useVariables(): Variables {
  const { data } = api.useQuery("get", "/api/vocabulary", {}, { staleTime: 60_000 });
  const own = (data?.traits ?? []).map(({ name }) => name).filter((name) => /^\w+$/.test(name));
  return { person: [...new Set([...OF_EVERYBODY, ...own])], brand: BRAND, links: LINKS };
}
