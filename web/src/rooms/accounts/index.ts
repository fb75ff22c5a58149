export { openRoutes } from "./manifest";
export { signOut } from "./session";
