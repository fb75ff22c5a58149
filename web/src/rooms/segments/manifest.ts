import { IconUsersGroup } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { workspaceRoute } from "~/routing/parents";
import { entry } from "~/routing/room";
import type { Rule } from "./builder/rules";

const segments = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "segments",
  component: lazyRouteComponent(() => import("./pages/Segments"), "Segments"),
});

const newSegment = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "segments/new",
  validateSearch: ({ rule }: { rule?: Rule }): { rule?: Rule } => (typeof rule === "object" ? { rule } : {}),
  component: lazyRouteComponent(() => import("./pages/NewSegment"), "NewSegment"),
});

const segment = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "segments/$key",
  validateSearch: ({ person }: { person?: number }): { person?: number } =>
    Number.isSafeInteger(person) ? { person: Number(person) } : {},
  component: lazyRouteComponent(() => import("./pages/Segment"), "Segment"),
});

export const routes = [segments, newSegment, segment] as const;
export const navigation = [
  entry("/w/$workspace/segments", {
    icon: IconUsersGroup,
    text: "nav.segments",
    permission: "segments:read",
  }),
];
