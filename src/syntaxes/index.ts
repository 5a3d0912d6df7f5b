import type { Syntax } from "../syntax.ts";
import { python } from "./python/index.ts";
import { typescriptAndJavascript } from "./typescript/index.ts";

/** Every syntax that is ready; those that have something to load are so once `loadSyntaxes` has ended. */
export const syntaxes: readonly Syntax[] = [python, ...typescriptAndJavascript];

/** The syntax that reads the file of that path, if any. */
export function syntaxFor(path: string): Syntax | undefined {
  return syntaxes.find((syntax) => syntax.handles(path));
}

export interface Syntaxes {
  for(path: string): Syntax | undefined;
  readonly all: readonly Syntax[];
}

let loading: Promise<Syntaxes> | undefined;

/** Makes every syntax ready; call it once per process or worker, again costs nothing. */
export function loadSyntaxes(): Promise<Syntaxes> {
  loading ??= Promise.resolve({ for: syntaxFor, all: syntaxes });
  return loading;
}
