import js from "@eslint/js";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["build", "src/api/schema.d.ts"] },
  js.configs.recommended,
  tseslint.configs.strict,
  reactHooks.configs.flat["recommended-latest"],
  {
    rules: {
      complexity: ["error", 10],
      "max-lines": ["error", 400],
      "max-lines-per-function": ["error", { max: 90, skipBlankLines: true, skipComments: true }],
      "no-console": "error",
    },
  },
  { files: ["checks/**"], languageOptions: { globals: { process: "readonly" } } },
  { files: ["**/*.test.*"], rules: { "max-lines-per-function": "off" } },
);
