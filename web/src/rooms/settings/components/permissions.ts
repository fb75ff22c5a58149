import { call } from "~/api/client";
import { useLocal } from "~/i18n/local";
import { useSettings } from "./asking";

/** What each permission is called, by its key; the key itself until the names are here. */
export function usePermissionNames(): (key: string) => string {
  const local = useLocal();
  const { data } = useSettings("permissions", () => call.GET("/api/permissions"));
  return (key) => {
    const found = data?.permissions.find((each) => each.key === key);
    return found ? local(found.label) : key;
  };
}
