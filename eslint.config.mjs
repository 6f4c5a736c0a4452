import tseslint from "typescript-eslint";

const clock = {
  selector:
    "MemberExpression[object.name='Date'][property.name='now'], NewExpression[callee.name='Date'][arguments.length=0]",
  message: "Pass the clock in: only *.edge.ts files and scripts read it.",
};
const dice = {
  selector: "MemberExpression[object.name='Math'][property.name='random']",
  message: "Draw from a seeded stream.",
};

export default tseslint.config(
  { ignores: ["node_modules/", "artifacts/", "cache/", "coverage/", "types/", "out/", "**/*.mjs"] },
  ...tseslint.configs.strict,
  {
    rules: {
      "@typescript-eslint/consistent-type-assertions": ["error", { assertionStyle: "never" }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-restricted-syntax": ["error", dice],
    },
  },
  {
    files: ["offchain/**/*.ts", "deploy/**/*.ts"],
    ignores: ["**/*.edge.ts"],
    rules: { "no-restricted-syntax": ["error", dice, clock] },
  },
  // chai's assertions are property reads.
  { files: ["test/**/*.ts"], rules: { "@typescript-eslint/no-unused-expressions": "off" } },
);
