import type { ExecOptions, ExecResult } from "../../sandbox.ts";
import { SandboxFileError } from "../../sandbox.ts";

/** Reading and writing files from within, with the rights and limits of any process inside: nothing here touches the host's own files. */
export interface FileAccess {
  read(path: string, options?: { readonly maxBytes?: number }): Promise<Uint8Array>;
  write(path: string, content: Uint8Array): Promise<void>;
}

type Exec = (command: readonly string[], options?: ExecOptions) => Promise<ExecResult>;

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
const TIMEOUT_MS = 60_000;

// No start file of the agent's may stand between us and its files.
const BASH = ["bash", "--noprofile", "--norc", "-c"];

// A folder on the way may be closed, the repository itself too: then nobody knows whether the file is there.
const MISSING = `
missing() { case $(LC_ALL=C stat -L -- "$1" 2>&1) in *"Permission denied") echo 64 ;; *) echo 62 ;; esac; }
`;
const CHECK = `${MISSING}
[ -d "$1" ] && exit 61
[ -e "$1" ] || exit $(missing "$1")
[ -f "$1" ] || exit 63
`;
const READ = `${CHECK}[ -r "$1" ] || exit 64\nexec head -c "$2" -- "$1"`;
const WRITE = `${MISSING}
[ -d "$1" ] && exit 61
[ -e "$1" ] || [ "$(missing "$1")" = 62 ] || exit 64
if [ -e "$1" ]; then [ -f "$1" ] || exit 63; [ -w "$1" ] || exit 64; fi
mkdir -p -- "$(dirname -- "$1")" || exit 65
cat > "$1" || exit 65
`;

const PROBLEMS: Readonly<Record<number, readonly [code: string, text: string]>> = {
  61: ["is-a-folder", "is a folder"],
  62: ["file-not-found", "does not exist"],
  63: ["not-a-file", "is not a regular file"],
  64: ["not-permitted", "may not be used (permission denied)"],
};

/** @param root where relative paths are from. */
export function createFileAccess(exec: Exec, root: string): FileAccess {
  return {
    async read(path, options = {}) {
      const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
      const result = await exec([...BASH, READ, "bash", checkedPath(root, path), String(maxBytes + 1)], {
        cwd: "/",
        timeoutMs: TIMEOUT_MS,
        maxOutputBytes: maxBytes + 1 + 65_536,
      });
      if (result.exitCode !== 0) throw problem(path, result, "read");
      if (result.stdout.byteLength > maxBytes) {
        throw new SandboxFileError({
          code: "file-too-large",
          message: `${path} is larger than ${maxBytes} bytes`,
          hint: "Read a part of it with a command.",
          fields: { path, maxBytes },
        });
      }
      return result.stdout;
    },
    async write(path, content) {
      const result = await exec([...BASH, WRITE, "bash", checkedPath(root, path)], {
        cwd: "/",
        stdin: content,
        timeoutMs: TIMEOUT_MS,
      });
      if (result.exitCode !== 0) throw problem(path, result, "written");
    },
  };
}

/** An absolute path, which no program takes for an option. */
function checkedPath(root: string, path: string): string {
  if (path === "" || path.includes("\0")) {
    throw new SandboxFileError({
      code: "file-not-found",
      message: path === "" ? "The path is empty" : "A path cannot hold a zero byte",
      hint: "Name a file.",
    });
  }
  return path.startsWith("/") ? path : `${root}/${path}`;
}

function problem(path: string, result: ExecResult, done: string): SandboxFileError {
  const [code, text] = PROBLEMS[result.exitCode] ?? [
    done === "read" ? "read-failed" : "write-failed",
    `could not be ${done}: ${Buffer.from(result.stderr).toString("utf8").trim() || `exit code ${result.exitCode}`}`,
  ];
  return new SandboxFileError({
    code,
    message: `${path} ${text}`,
    hint: "Check the path.",
    fields: { path },
  });
}
