import { IconSpeakerphone } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { workspaceRoute } from "~/routing/parents";
import { entry } from "~/routing/room";

const broadcasts = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "broadcasts",
  component: lazyRouteComponent(() => import("./pages/Broadcasts"), "Broadcasts"),
});

const newBroadcast = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "broadcasts/new",
  component: lazyRouteComponent(() => import("./pages/NewBroadcast"), "NewBroadcast"),
});

const broadcast = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "broadcasts/$broadcast",
  component: lazyRouteComponent(() => import("./pages/Broadcast"), "Broadcast"),
});

export const routes = [broadcasts, newBroadcast, broadcast] as const;
export const navigation = [
  entry("/w/$workspace/broadcasts", {
    icon: IconSpeakerphone,
    text: "nav.broadcasts",
    permission: "messaging:read",
  }),
];
