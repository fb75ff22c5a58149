export { Fields } from "./forms/FieldInput";
export { navigation, routes } from "./manifest";
