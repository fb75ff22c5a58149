import { IconMail } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { workspaceRoute } from "~/routing/parents";
import { entry } from "~/routing/room";

const templates = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "content",
  component: lazyRouteComponent(() => import("./pages/Templates"), "Templates"),
});

const template = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "content/templates/$template",
  component: lazyRouteComponent(() => import("./pages/Template"), "Template"),
});

const brandKit = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "content/brand",
  component: lazyRouteComponent(() => import("./pages/BrandKit"), "BrandKit"),
});

export const routes = [templates, template, brandKit] as const;
export const navigation = [
  entry("/w/$workspace/content", { icon: IconMail, text: "nav.content", permission: "content:read" }),
];
