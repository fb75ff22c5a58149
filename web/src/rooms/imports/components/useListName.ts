import { api } from "~/api/client";
import { useLocal } from "~/i18n/local";

/** What a list is called; its key while that is being read, or when it was deleted since. */
export function useListName(key: string | undefined): string | undefined {
  const local = useLocal();
  const { data } = api.useQuery("get", "/api/lists", {}, { enabled: key !== undefined });
  const found = data?.find((each) => each.key === key);
  return (found && local(found.name)) || key;
}
