import { IconUsers } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { workspaceRoute } from "~/routing/parents";
import { entry } from "~/routing/room";

const people = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "people",
  validateSearch: ({ search }: { search?: string }): { search?: string } =>
    search ? { search: String(search) } : {},
  component: lazyRouteComponent(() => import("./pages/People"), "People"),
});

export const routes = [people] as const;
export const navigation = [
  entry("/w/$workspace/people", { icon: IconUsers, text: "nav.people", permission: "profiles:read" }),
];
