import type { Action } from "../action.ts";
import type { Json } from "../base/json.ts";

type Arguments = Readonly<Record<string, Json>>;

/** What a call of the editor does that Anthropic, OpenHands and SWE-agent share: `view`, `create`, `str_replace`, `insert`, `undo_edit`. */
export function editorActions(args: Arguments): Action[] {
  const path = textOf(args, "path", "file_path", "filename", "filePath", "target_file");
  const place = path === undefined ? {} : { path };
  switch (args["command"]) {
    case "view":
      return [viewOf(path, args["view_range"])];
    case "create":
    case "str_replace":
    case "insert":
    case "edit":
      return [{ kind: "write", ...place }];
    case "undo_edit":
      return [{ kind: "undo", ...place }];
    default:
      return [{ kind: "unknown", ...place }];
  }
}

/** A name without an ending is most often a folder's. */
function viewOf(path: string | undefined, range: Json | undefined): Action {
  const isFolder =
    path === undefined || !/\.[A-Za-z0-9]+$|\/(?:Makefile|Dockerfile|LICENSE|README)$/.test(path);
  const place = path === undefined ? {} : { path };
  if (isFolder && range === undefined) return { kind: "list", ...place };
  return { kind: "read", whole: range === undefined || range === null, ...place };
}

/** The first of these arguments that is a text. */
export function textOf(args: Arguments, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = args[name];
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}
