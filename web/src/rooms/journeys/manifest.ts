import { IconRoute } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { workspaceRoute } from "~/routing/parents";
import { entry } from "~/routing/room";

const journeys = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "journeys",
  component: lazyRouteComponent(() => import("./pages/Journeys"), "Journeys"),
});

const MODES = ["edit", "live", "play"] as const;
export type Mode = (typeof MODES)[number];

const journey = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "journeys/$journey",
  validateSearch: ({ mode, run }: { mode?: unknown; run?: unknown }): { mode?: Mode; run?: number } => ({
    ...(MODES.includes(mode as Mode) && { mode: mode as Mode }),
    ...(Number(run) > 0 && { run: Number(run) }),
  }),
  component: lazyRouteComponent(() => import("./pages/Journey"), "Journey"),
});

export const routes = [journeys, journey] as const;
export const navigation = [
  entry("/w/$workspace/journeys", { icon: IconRoute, text: "nav.journeys", permission: "journeys:read" }),
];
