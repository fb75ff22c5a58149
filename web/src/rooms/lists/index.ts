export { navigation, routes } from "./manifest";
