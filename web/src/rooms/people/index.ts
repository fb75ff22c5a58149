export { PersonPicker } from "./components/PersonPicker";
export { navigation, routes } from "./manifest";
export { nameOf } from "./names";
