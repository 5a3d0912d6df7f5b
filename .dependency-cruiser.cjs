// Arrows point one way: base ← contracts ← implementations ← datasets, attempts, runs ← commands ← cli.
const implementations =
  "^src/(text|trees|diffs|syntaxes|repositories|histories|fixes|issues|projects|trajectories|models|workspaces|sandboxes|tools|agents|tasks|verdicts|exporters|resolvers|rows|environments|predictions|instance-exporters|report|dialects|exchanges|endpoint|stores|governors|importers|actions|facts|audits|training-sets|transforms|tokenizers|chat-templates|masks|judges)/";

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "base-knows-nothing",
      severity: "error",
      from: { path: "^src/base/" },
      to: { path: "^src/", pathNot: "^src/base/" },
    },
    {
      name: "contracts-import-contracts",
      severity: "error",
      from: { path: "^src/[^/]+\\.ts$", pathNot: "^src/index\\.ts$" },
      to: { path: "^src/", pathNot: "^src/(base/|[^/]+\\.ts$)" },
    },
    {
      name: "implementations-stay-below",
      severity: "error",
      from: { path: implementations, pathNot: "\\.test\\.ts$|/conformance(/|\\.ts$)" },
      to: { path: "^src/(cli|commands|runs|attempts|datasets|index\\.ts)" },
    },
    {
      name: "no-sibling-implementations",
      severity: "error",
      from: {
        path: "^src/(tasks|sandboxes|syntaxes|resolvers|models|agents|exporters|stores|governors|importers|instance-exporters)/([^/]+)/",
        pathNot: "\\.test\\.ts$",
      },
      to: { path: "^src/$1/([^/]+)/", pathNot: "^src/$1/($2|shared|checks|tree-sitter)/" },
    },
    {
      name: "the-scripted-agent-sees-only-what-a-model-sees",
      severity: "error",
      from: { path: "^src/agents/scripted/", pathNot: "\\.test\\.ts$" },
      to: { path: "^src/", pathNot: "^src/(agents/scripted/|agent\\.ts|tool\\.ts|model\\.ts|base/)" },
    },
    {
      name: "agents-never-see-secrets",
      severity: "error",
      from: { path: "^src/(agents|tools|models)/", pathNot: "\\.test\\.ts$|/conformance(/|\\.ts$)" },
      to: { path: "^src/(instance|task|verdict|dataset)\\.ts$|^src/(tasks|datasets|verdicts)/" },
    },
    {
      name: "engine-below-the-command-line",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/cli/" },
      to: { path: "^src/cli/" },
    },
    {
      name: "tests-stay-out",
      severity: "error",
      from: { path: "^src/", pathNot: "\\.test\\.ts$|/testing/|/conformance(/|\\.ts$)" },
      to: { path: "\\.test\\.ts$|/testing/" },
    },
    {
      name: "declared-dependencies",
      severity: "error",
      from: { path: "^src/", pathNot: "\\.test\\.ts$|/testing/|/conformance(/|\\.ts$)" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { extensions: [".ts", ".js", ".mjs"] },
  },
};
