import { IconUsers } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { workspaceRoute } from "~/routing/parents";
import { entry } from "~/routing/room";
import { type Tab, TABS } from "./tabs";
import type { Question } from "./components/useQuestion";

const people = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "people",
  validateSearch: ({ search, rule }: Question): Question => ({
    ...(search && { search: String(search) }),
    ...(typeof rule === "object" && { rule }),
  }),
  component: lazyRouteComponent(() => import("./pages/People"), "People"),
});

const person = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "people/$person",
  validateSearch: ({ tab }: { tab?: string }): { tab?: Tab } => {
    const known = TABS.find((each) => each === tab);
    return known ? { tab: known } : {};
  },
  component: lazyRouteComponent(() => import("./pages/Person"), "Person"),
});

export const routes = [people, person] as const;
export const navigation = [
  entry("/w/$workspace/people", { icon: IconUsers, text: "nav.people", permission: "profiles:read" }),
];
