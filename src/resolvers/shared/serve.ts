import { flushCompileCache } from "node:module";
import { messageOf } from "../../base/errors.ts";
import type { DefinitionKey, Resolution } from "../../resolver.ts";
import { watchMemory } from "./memory-watch.ts";
import { questionSchema, type Answer } from "./protocol.ts";

/** A project as an engine sees it, in this process. */
export interface EngineProject {
  /** Undefined where the file has no such definition, or cannot be read. */
  resolve(definition: DefinitionKey): Resolution | undefined;
}

/** The life of an engine's process: answers questions about one folder until its parent lets go of it. `hosted.ts` asks. */
export function serve(open: (folder: string) => EngineProject): void {
  watchMemory(Number(process.argv[2]));
  let project: EngineProject | undefined;
  process.on("message", (message) => {
    const { folder, definition } = questionSchema.parse(message);
    const isFirst = project === undefined;
    process.send?.(answer(() => (project ??= open(folder)).resolve(definition)));
    // At its end it may be killed, and then nothing would be kept of what was compiled.
    if (isFirst) flushCompileCache();
  });
  process.on("disconnect", () => process.exit(0));
}

function answer(resolve: () => Resolution | undefined): Answer {
  try {
    const resolution = resolve();
    const residentBytes = process.memoryUsage.rss();
    if (resolution === undefined) return { type: "not-found", residentBytes };
    return { type: "resolution", sites: structuredClone(resolution.sites) as never, residentBytes };
  } catch (error) {
    return { type: "failed", message: messageOf(error) };
  }
}
