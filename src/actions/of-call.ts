import type { Action, ActionKind } from "../action.ts";
import type { Json } from "../base/json.ts";
import { editorActions, textOf } from "./editor.ts";
import { shellActions } from "./shell.ts";

type Arguments = Readonly<Record<string, Json>>;

/** Names of tools over the scaffolds, in small letters and without `_` and `-`. */
const TOOLS: Readonly<Record<string, string>> = {
  shell:
    "bash executebash terminal shell exec execcommand runcommand runshellcommand executecommand localshell containerexec runterminalcommand run cmd executeshellcommand",
  editor: "editor strreplaceeditor strreplacebasededittool fileeditor texteditor edit look",
  read: "read readfile view viewfile open cat openfile readmanyfiles",
  write:
    "write writefile create createfile multiedit replace replaceinfile strreplace insert applypatch applydiff notebookedit editfile patch searchreplace",
  search:
    "grep glob search searchfiles searchfilecontent searchdir searchfile findfile find codebasesearch grepsearch filesearch",
  list: "ls list listdirectory listfiles listdir",
  think: "think thought thinking",
  plan: "tasktracker todowrite todoread todo updateplan plan writetodos taskcreate taskupdate",
  finish: "finish submit attemptcompletion complete done exit answer stop",
  fetch: "fetch webfetch websearch browse browser browserinteractive googlewebsearch openurl",
  python: "executeipythoncell ipython python runipython jupyter executepython",
};
const KINDS = new Map(
  Object.entries(TOOLS).flatMap(([kind, names]) => names.split(" ").map((name) => [name, kind])),
);

/** What a call does; at least one action. Never fails: what cannot be made out is `unknown`. */
export function actionsOf(name: string, args: Arguments, malformed = false): Action[] {
  if (malformed) return [{ kind: "unknown" }];
  const found = byName(KINDS.get(name.toLowerCase().replaceAll(/[_\-.]/g, "")), args);
  return found.length === 0 ? [{ kind: "arrange" }] : found;
}

function byName(kind: string | undefined, args: Arguments): Action[] {
  const path = textOf(args, "path", "file_path", "filePath", "filename", "absolute_path", "file", "dir_path");
  const place = path === undefined ? {} : { path };
  switch (kind) {
    case "shell":
      return shellActions(commandText(args["command"] ?? args["cmd"] ?? args["code"] ?? args["script"]));
    case "python":
      return shellActions(`python - <<'END_OF_CELL'\n${textOf(args, "code") ?? ""}\nEND_OF_CELL`);
    case "editor":
      return typeof args["command"] === "string" ? editorActions(args) : [{ kind: "write", ...place }];
    case "read":
      return [{ kind: "read", whole: !RANGE.some((name) => args[name] !== undefined), ...place }];
    case "search":
      return [
        {
          kind: "search",
          pattern: textOf(args, "pattern", "query", "search_term", "regex", "file_name") ?? "",
          ...place,
        },
      ];
    case undefined:
      return [{ kind: "unknown" }];
    default:
      return [{ kind: ACTION_OF[kind] ?? "unknown", ...place }];
  }
}

const RANGE = ["offset", "limit", "start_line", "end_line", "view_range", "line_start"];
const ACTION_OF: Readonly<Record<string, ActionKind>> = {
  write: "write",
  list: "list",
  think: "think",
  plan: "plan",
  finish: "finish",
  fetch: "fetch",
};

/** Some give the words of a command as a list, most often those of `bash -lc`. */
function commandText(value: Json | undefined): string {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return "";
  const words = value.filter((word) => typeof word === "string");
  return /^(?:ba)?sh$/.test(words[0] ?? "") && words.length > 2 ? (words.at(-1) ?? "") : words.join(" ");
}
