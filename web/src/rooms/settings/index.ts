export { SenderNote } from "./components/SenderNote";
export { navigation, routes } from "./manifest";
