import { createRootRoute, createRoute, redirect } from "@tanstack/react-router";
import { setWorkspaceOfCalls } from "~/api/client";
import { fetchMe, forgetWorkspace } from "./me";

/** The root of all screens; app/router.tsx gives it its frame. */
export const rootRoute = createRootRoute();

/** Everything inside a workspace, for people who are signed in; app/router.tsx gives it the shell. */
export const workspaceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "w/$workspace",
  beforeLoad: async ({ params, location }) => {
    if (setWorkspaceOfCalls(params.workspace)) forgetWorkspace();
    const me = await fetchMe();
    if (!me) throw redirect({ to: "/sign-in", search: { next: location.href } });
    if (!me.workspaces.some(({ slug }) => slug === params.workspace)) throw redirect({ to: "/" });
  },
});
