import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { siblingModule } from "../base/sibling.ts";

/** In the order of use: a module stands after those that it imports from. */
const MODULES = ["dom", "text", "values", "overview", "build", "list", "diff", "steps", "detail", "main"];

/**
 * The page's script, as one text. The modules of `client/` are joined into one scope: their imports of each
 * other and the word `export` are taken out. Works from the sources and from the built package.
 */
export function readClientScript(): string {
  return MODULES.map((name) => joinable(siblingModule(import.meta.url, `./client/${name}`))).join("\n");
}

function joinable(file: string): string {
  const text = readFileSync(file, "utf8");
  const script = file.endsWith(".ts") ? stripTypeScriptTypes(text) : text;
  return script
    .replace(/^import\s[^;]*?from\s+"\.[^"]*";[ \t]*$/gm, "")
    .replace(/^export \{\};?$/gm, "")
    .replace(/^export (?=(?:async )?(?:function|const|let|class)\b)/gm, "")
    .replace(/^\/\/\/.*$/gm, "")
    .replace(/^\/\/# sourceMappingURL.*$/gm, "")
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{2,}/g, "\n")
    .trim();
}
