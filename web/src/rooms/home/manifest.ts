import { IconHome } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { workspaceRoute } from "~/routing/parents";
import { entry } from "~/routing/room";

const home = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/Home"), "Home"),
});

export const routes = [home] as const;
export const navigation = [entry("/w/$workspace", { icon: IconHome, text: "nav.home", exact: true })];
