import type { Icon } from "@tabler/icons-react";
import type { ParseKeys } from "i18next";

/** A room's entry in the navigation; `entry()` makes it. */
export interface NavigationEntry {
  /** The route's full path; its only parameter is the workspace, so it stands for every such path in links. */
  to: "/w/$workspace";
  icon: Icon;
  text: ParseKeys<"app">;
  permission?: string;
  /** Not marked as "here" for the addresses below it. */
  exact?: boolean;
}

/** An entry for a route below the workspace without parameters of its own. */
export function entry(to: `/w/$workspace${string}`, about: Omit<NavigationEntry, "to">): NavigationEntry {
  return { to: to as "/w/$workspace", ...about };
}
