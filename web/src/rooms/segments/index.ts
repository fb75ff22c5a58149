export { RuleBuilder } from "./builder/RuleBuilder";
export { EMPTY, type Rule } from "./builder/rules";
export { Explanation } from "./components/Explanation";
export { RuleSentence } from "./components/RuleSentence";
export { navigation, routes } from "./manifest";
