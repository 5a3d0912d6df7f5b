import { hash } from "node:crypto";
import type { Project } from "../../project.ts";
import type { Definition } from "../../syntax.ts";
import { bodyTokens } from "../../text/body-tokens.ts";
import { codeOf } from "../../text/definition-code.ts";
import { fileRole } from "./role.ts";
import { createSources, type SyntaxLookup } from "./sources.ts";

/** A function or method, told by its code: whatever it and its variables are called, whichever repository it stands in. */
export interface Fingerprint {
  readonly path: string;
  readonly qualifiedName: string;
  /** 48 bits of a hash of its tokens. */
  readonly value: number;
  /** Somebody else's code that the repository carries along. */
  readonly vendored: boolean;
}

/** Of every function that is long enough; those in tests are left out. */
export async function fingerprintsOf(project: Project, syntaxes: SyntaxLookup): Promise<Fingerprint[]> {
  const sources = createSources(project.repository.tree, syntaxes);
  const found: Fingerprint[] = [];
  for (const { path, outline } of project.files) {
    const role = fileRole(path);
    if (role === "test" || outline.definitions.length === 0) continue;
    const { text, lineComment } = await sources.read(path);
    for (const definition of outline.definitions) {
      if (definition.kind === "class") continue;
      const value = fingerprintOf(text, definition, lineComment);
      if (value === undefined) continue;
      found.push({ path, qualifiedName: definition.qualifiedName, value, vendored: role === "vendored" });
    }
  }
  return found;
}

/** The 48 bits of one function; undefined where it is too short. @param comments what starts a comment in the language */
export function fingerprintOf(text: string, definition: Definition, comments: string): number | undefined {
  const names = [definition.name, ...definition.parameters];
  const tokens = bodyTokens(codeOf(text, definition), names, comments);
  return tokens === undefined
    ? undefined
    : Number.parseInt(hash("sha256", tokens.join(" ")).slice(0, 12), 16);
}
