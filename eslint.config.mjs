import js from "@eslint/js";
import pulumi from "@pulumi/eslint-plugin";
import tseslint from "typescript-eslint";

const noPulumi = { group: ["@pulumi/*"], message: "Pure code: no Pulumi here." };
const noStacks = {
  group: ["**/stacks/*", "**/stacks"],
  message: "Only index.ts, tools/ and tests/ import from stacks/.",
};

export default tseslint.config(
  { ignores: ["node_modules/", "out/", "templates/dashboard/", "templates/**/*.js", "tests/host/*.js"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { "@pulumi": pulumi },
    rules: {
      "@pulumi/no-output-in-template-literal": "error",
      "@pulumi/no-output-instance-in-template-literal": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-floating-promises": "error",
      "max-lines": ["error", { max: 300 }],
      "no-restricted-syntax": [
        "error",
        {
          selector: "CallExpression[callee.property.name='apply'] NewExpression[callee.type='MemberExpression']",
          message: "No resource inside apply: a preview would not show it. Pass the Output as an input.",
        },
      ],
    },
  },
  {
    files: ["services/**/*.ts", "templates/**/*.ts"],
    rules: { "no-restricted-imports": ["error", { patterns: [noPulumi, noStacks] }] },
  },
  { files: ["components/**/*.ts"], rules: { "no-restricted-imports": ["error", { patterns: [noStacks] }] } },
  {
    files: ["tests/**/*.ts"],
    // chai's assertions are property accesses
    rules: { "@typescript-eslint/no-unused-expressions": "off" },
  },
);
