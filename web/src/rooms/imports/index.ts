export { ImportButton } from "./components/ImportButton";
export { routes } from "./manifest";
