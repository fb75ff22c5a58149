import { createRouter } from "@tanstack/react-router";
import { Waiting } from "~/design/Waiting";
import * as accounts from "~/rooms/accounts";
import * as broadcasts from "~/rooms/broadcasts";
import * as content from "~/rooms/content";
import * as home from "~/rooms/home";
import * as imports from "~/rooms/imports";
import * as journeys from "~/rooms/journeys";
import * as lists from "~/rooms/lists";
import * as people from "~/rooms/people";
import * as segments from "~/rooms/segments";
import * as settings from "~/rooms/settings";
import { rootRoute, workspaceRoute } from "~/routing/parents";
import { Failed } from "./Failed";
import { NotFound } from "./NotFound";
import { Root } from "./Root";
import { Shell } from "./Shell";

const tree = rootRoute.update({ component: Root, notFoundComponent: NotFound }).addChildren([
  ...accounts.openRoutes,
  workspaceRoute.update({ component: Shell }).addChildren([
    // one a line
    ...home.routes,
    ...people.routes,
    ...imports.routes,
    ...segments.routes,
    ...lists.routes,
    ...journeys.routes,
    ...content.routes,
    ...broadcasts.routes,
    ...settings.routes,
  ]),
]);

/** All screens; a room's are in its own `manifest.ts`. */
export const router = createRouter({
  routeTree: tree,
  basepath: "/app",
  defaultPreload: "intent",
  defaultPendingComponent: Waiting,
  defaultErrorComponent: Failed,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
