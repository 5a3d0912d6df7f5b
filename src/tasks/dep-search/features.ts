import type { Json } from "../../base/json.ts";
import { bodyLines } from "../checks/body-lines.ts";
import { codeOf } from "../../text/definition-code.ts";
import type { Candidate } from "../checks/candidate-checks.ts";
import { calledNames, type Knowledge } from "./knowledge.ts";

/** Calls and forms by which code decides at run time what it does. */
const DYNAMIC =
  /\b(?:getattr|setattr|hasattr|delattr|eval|exec|globals|locals|vars|__import__|import_module|type)\s*\(|[(,]\s*\*{1,2}\s*\p{L}|\blambda\b|\.__dict__\b/gu;

/**
 * What a candidate is like, whether it is taken or not: kept with the rejected ones too, so that anyone can see
 * what the choice favours (size, depth, dynamism).
 */
export async function featuresOf(candidate: Candidate, knowledge: Knowledge): Promise<Record<string, Json>> {
  const { file, definition } = candidate;
  const source = await knowledge.sources.read(file.path);
  const code = codeOf(source.text, definition);
  const names = calledNames(definition);
  return {
    statements: bodyLines(source, definition),
    depth: depthOf(code),
    dynamism: code.match(DYNAMIC)?.length ?? 0,
    names_called: names.length,
    names_of_repository: names.filter((name) => knowledge.named(name) > 0).length,
    decorated: definition.decorators.length > 0,
    method: definition.kind === "method",
  };
}

/** Levels of indentation below the definition's own. */
function depthOf(code: string): number {
  const indents = new Set<number>();
  for (const line of code.split("\n").slice(1)) {
    const indent = /^[ \t]*(?=[^\s#])/.exec(line)?.[0].replaceAll("\t", "        ").length;
    if (indent !== undefined) indents.add(indent);
  }
  return indents.size;
}
