import { IconListCheck } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { workspaceRoute } from "~/routing/parents";
import { entry } from "~/routing/room";

const lists = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "lists",
  component: lazyRouteComponent(() => import("./pages/Lists"), "Lists"),
});

const list = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "lists/$list",
  validateSearch: ({ search }: { search?: string }): { search?: string } =>
    search ? { search: String(search) } : {},
  component: lazyRouteComponent(() => import("./pages/List"), "List"),
});

export const routes = [lists, list] as const;
export const navigation = [
  entry("/w/$workspace/lists", { icon: IconListCheck, text: "nav.lists", permission: "segments:read" }),
];
