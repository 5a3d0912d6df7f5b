import { fileURLToPath } from "node:url";

/**
 * The path of another module of ours, to start it as a process or worker. Sources run as `.ts`
 * (Node strips the types) and the built package as `.js`: the caller's own ending decides.
 *
 * @example siblingModule(import.meta.url, "./host")
 */
export function siblingModule(from: string, name: string): string {
  const ending = from.endsWith(".ts") ? ".ts" : ".js";
  return fileURLToPath(new URL(`${name}${ending}`, from));
}
