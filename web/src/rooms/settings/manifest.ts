import { IconSettings } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { workspaceRoute } from "~/routing/parents";
import { entry } from "~/routing/room";

const settings = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "settings",
  component: lazyRouteComponent(() => import("./pages/Settings"), "Settings"),
});

const start = createRoute({
  getParentRoute: () => settings,
  path: "/",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/w/$workspace/settings/sources", params });
  },
});

const sources = createRoute({
  getParentRoute: () => settings,
  path: "sources",
  component: lazyRouteComponent(() => import("./pages/Sources"), "Sources"),
});

const providers = createRoute({
  getParentRoute: () => settings,
  path: "providers",
  component: lazyRouteComponent(() => import("./pages/Providers"), "Providers"),
});

const domains = createRoute({
  getParentRoute: () => settings,
  path: "domains",
  component: lazyRouteComponent(() => import("./pages/Domains"), "Domains"),
});

const hours = createRoute({
  getParentRoute: () => settings,
  path: "hours",
  component: lazyRouteComponent(() => import("./pages/Hours"), "Hours"),
});

const topics = createRoute({
  getParentRoute: () => settings,
  path: "topics",
  component: lazyRouteComponent(() => import("./pages/Topics"), "Topics"),
});

const suppressions = createRoute({
  getParentRoute: () => settings,
  path: "suppressions",
  component: lazyRouteComponent(() => import("./pages/Suppressions"), "Suppressions"),
});

const webhooks = createRoute({
  getParentRoute: () => settings,
  path: "webhooks",
  component: lazyRouteComponent(() => import("./pages/Webhooks"), "Webhooks"),
});

const coupons = createRoute({
  getParentRoute: () => settings,
  path: "coupons",
  component: lazyRouteComponent(() => import("./pages/Coupons"), "Coupons"),
});

const objects = createRoute({
  getParentRoute: () => settings,
  path: "objects",
  component: lazyRouteComponent(() => import("./pages/Objects"), "Objects"),
});

const object = createRoute({
  getParentRoute: () => settings,
  path: "objects/$kind/$key",
  component: lazyRouteComponent(() => import("./pages/ObjectPage"), "ObjectPage"),
});

const scores = createRoute({
  getParentRoute: () => settings,
  path: "scores",
  component: lazyRouteComponent(() => import("./pages/Scores"), "Scores"),
});

const score = createRoute({
  getParentRoute: () => settings,
  path: "scores/$key",
  component: lazyRouteComponent(() => import("./pages/Score"), "Score"),
});

const members = createRoute({
  getParentRoute: () => settings,
  path: "members",
  component: lazyRouteComponent(() => import("./pages/Members"), "Members"),
});

const keys = createRoute({
  getParentRoute: () => settings,
  path: "keys",
  component: lazyRouteComponent(() => import("./pages/Keys"), "Keys"),
});

const audit = createRoute({
  getParentRoute: () => settings,
  path: "audit",
  component: lazyRouteComponent(() => import("./pages/Audit"), "Audit"),
});

const workspace = createRoute({
  getParentRoute: () => settings,
  path: "workspace",
  component: lazyRouteComponent(() => import("./pages/Workspace"), "Workspace"),
});

const legal = createRoute({
  getParentRoute: () => settings,
  path: "legal",
  component: lazyRouteComponent(() => import("./pages/Legal"), "Legal"),
});

const account = createRoute({
  getParentRoute: () => settings,
  path: "account",
  component: lazyRouteComponent(() => import("./pages/Account"), "Account"),
});

export const routes = [
  settings.addChildren([
    start,
    sources,
    providers,
    domains,
    hours,
    topics,
    suppressions,
    webhooks,
    coupons,
    objects,
    object,
    scores,
    score,
    members,
    keys,
    audit,
    workspace,
    legal,
    account,
  ]),
] as const;
export const navigation = [entry("/w/$workspace/settings", { icon: IconSettings, text: "nav.settings" })];
