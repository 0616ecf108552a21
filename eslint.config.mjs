import js from "@eslint/js";
import pulumi from "@pulumi/eslint-plugin";
import tseslint from "typescript-eslint";

/** From the ground up: a room imports from those before it only. */
const rooms = [
  "settings",
  "services",
  "cost",
  "record",
  "policies",
  "templates",
  "components",
  "stacks",
  "tools",
  "dev",
];
/** What needs no Pulumi to run: plain values in, plain values or text out. */
const pure = ["services", "cost", "templates"];
const noPulumi = { group: ["@pulumi/*"], message: "Pure code: no Pulumi here." };

const boundaries = rooms.map((room, floor) => {
  const above = rooms.slice(floor + 1).flatMap((other) => [`**/../${other}/**`, `../${other}/**`]);
  const noneAbove = { group: above, message: `${room}/ is below: ${rooms.join(" -> ")}. Hand it in, or move it down.` };
  const patterns = [...(pure.includes(room) ? [noPulumi] : []), ...(above.length > 0 ? [noneAbove] : [])];
  return { files: [`${room}/**/*.ts`], rules: { "no-restricted-imports": ["error", { patterns }] } };
});

export default tseslint.config(
  {
    ignores: [
      "node_modules/",
      "out/",
      "templates/dashboard/",
      "templates/**/*.js",
      "!templates/lambda/slack/*.js",
      "services/*/files/",
      "tests/containers/desk/",
      "tests/support/**/*.cjs",
      ".ci/*.js",
    ],
  },
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
  ...boundaries,
  {
    files: ["tests/**/*.ts"],
    // chai's assertions are property accesses
    rules: { "@typescript-eslint/no-unused-expressions": "off" },
  },
);
