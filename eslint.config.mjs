// ESLint's recommended rules for the pages.

import js from "@eslint/js";
import globals from "globals";

export default [
  {
    files: ["src/anylength/web/**/*.js"],
    ...js.configs.recommended,
    languageOptions: { globals: globals.browser },
    rules: { ...js.configs.recommended.rules, "no-unused-vars": ["error", { varsIgnorePattern: "^_+$" }] },
  },
];
