import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { workspaceRoute } from "~/routing/parents";

/** `list`: the list on which the people of the next file are put. */
const validateSearch = ({ list }: { list?: string }): { list?: string } =>
  list ? { list: String(list) } : {};

const imports = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "people/imports",
  validateSearch,
  component: lazyRouteComponent(() => import("./pages/Imports"), "Imports"),
});

const oneImport = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "people/imports/$import",
  validateSearch,
  component: lazyRouteComponent(() => import("./pages/Import"), "Import"),
});

export const routes = [imports, oneImport] as const;
