// ESLint's recommended rules for the pages. The playground and the film are left out: they will be removed.

import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["**/playground/**", "**/film*.js", "**/parts-film.js"] },
  {
    files: ["src/anylength/web/**/*.js"],
    ...js.configs.recommended,
    languageOptions: { globals: globals.browser },
    rules: { ...js.configs.recommended.rules, "no-unused-vars": ["error", { varsIgnorePattern: "^_+$" }] },
  },
];
