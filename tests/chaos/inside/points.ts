import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const FRAME = /^ +at (?:async )?(?:(.+?) \()?(?:file:\/\/)?(\/[^)]*):\d+:\d+\)?$/;

interface Frame {
  readonly module: string;
  readonly function: string;
}

/**
 * The name of a fault point: `<call>@<module>:<function>`, for code of ours that asks for the call, itself or through a library. What is
 * asked for through `base/` is named by who asked and by the file too, for all that is written goes through there. Undefined where
 * nobody of ours asked.
 */
export function nameOf(call: string, file: string | undefined, run: string): string | undefined {
  const frames = ownFrames();
  const [first] = frames;
  if (first === undefined) return undefined;
  const asker = first.module.startsWith("base/")
    ? frames.find(({ module }) => !module.startsWith("base/"))
    : undefined;
  const through = asker === undefined ? "" : ` < ${asker.module}:${asker.function}`;
  const written = file === undefined ? undefined : placeIn(run, file);
  return `${call}@${first.module}:${first.function}${through}${written === undefined ? "" : ` (${written})`}`;
}

function ownFrames(): Frame[] {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 60;
  const stack = new Error("where").stack ?? "";
  Error.stackTraceLimit = limit;
  return stack.split("\n").flatMap((line) => {
    const [, name = "anonymous", file = ""] = FRAME.exec(line) ?? [];
    const module = /^(?:src|dist)\/(.+)\.[jt]s$/.exec(path.relative(ROOT, file))?.[1];
    return module === undefined
      ? []
      : [
          {
            module,
            function: name
              .replace(/ \[as .*$/, "")
              .replace(/^.*\[Symbol\.(\w+)\]$/, "$1")
              .replace(/^.*\./, ""),
          },
        ];
  });
}

/** A file's place in the run, with what differs from run to run left out. */
function placeIn(run: string, file: string): string | undefined {
  const place = path.relative(run, path.resolve(file));
  if (place.startsWith("..")) return undefined;
  return place.replace(/^attempts\/[^/]+/, "attempts/ID").replaceAll(/\d+/g, "N") || ".";
}
