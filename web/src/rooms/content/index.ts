export { Findings } from "./components/Findings";
export { navigation, routes } from "./manifest";
