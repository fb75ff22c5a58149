export { navigation, routes } from "./manifest";
export { nameOf } from "./names";
