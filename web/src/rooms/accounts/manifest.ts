import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { fetchMe } from "~/routing/me";
import { rootRoute } from "~/routing/parents";

const start = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  beforeLoad: async () => {
    const me = await fetchMe();
    const first = me?.workspaces[0];
    throw first
      ? redirect({ to: "/w/$workspace", params: { workspace: first.slug } })
      : redirect({ to: "/sign-in" });
  },
});

const signIn = createRoute({
  getParentRoute: () => rootRoute,
  path: "sign-in",
  validateSearch: ({ next }: { next?: string }): { next?: string } =>
    typeof next === "string" && next.startsWith("/") && !next.startsWith("//") ? { next } : {},
  component: lazyRouteComponent(() => import("./pages/SignIn"), "SignIn"),
});

/** The screens that need nobody signed in. */
export const openRoutes = [start, signIn] as const;
