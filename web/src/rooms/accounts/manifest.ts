import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { call } from "~/api/client";
import { fetchMe } from "~/routing/me";
import { rootRoute } from "~/routing/parents";

const start = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  beforeLoad: async () => {
    const me = await fetchMe();
    const first = me?.workspaces[0];
    if (first) throw redirect({ to: "/w/$workspace", params: { workspace: first.slug } });
    const { data } = await call.GET("/api/setup");
    throw redirect({ to: data?.needed ? "/set-up" : "/sign-in" });
  },
});

const signIn = createRoute({
  getParentRoute: () => rootRoute,
  path: "sign-in",
  validateSearch: ({ next }: { next?: string }): { next?: string } =>
    typeof next === "string" && next.startsWith("/") && !next.startsWith("//") ? { next } : {},
  component: lazyRouteComponent(() => import("./pages/SignIn"), "SignIn"),
});

const setUp = createRoute({
  getParentRoute: () => rootRoute,
  path: "set-up",
  component: lazyRouteComponent(() => import("./pages/SetUp"), "SetUp"),
});

const acceptInvitation = createRoute({
  getParentRoute: () => rootRoute,
  path: "invitation/$token",
  component: lazyRouteComponent(() => import("./pages/AcceptInvitation"), "AcceptInvitation"),
});

/** The screens that need nobody signed in. */
export const openRoutes = [start, signIn, setUp, acceptInvitation] as const;
