export { RuleBuilder } from "./builder/RuleBuilder";
export { EMPTY, isEmpty, type Rule } from "./builder/rules";
export { Explanation } from "./components/Explanation";
export { RulePreview } from "./components/RulePreview";
export { RuleSentence } from "./components/RuleSentence";
export { navigation, routes } from "./manifest";
