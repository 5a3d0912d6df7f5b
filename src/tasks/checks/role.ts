/** What a file is for, as far as its path and first lines tell. */
export type FileRole = "source" | "test" | "migration" | "generated" | "vendored" | "stub" | "example";

const FOLDERS: Readonly<Record<string, FileRole>> = Object.fromEntries([
  ...folders("test", "test tests testing testsuite test_utils testdata fixtures __tests__ spec specs"),
  ...folders("migration", "migrations alembic"),
  ...folders("generated", "generated _generated gen autogen"),
  ...folders(
    "vendored",
    "vendor _vendor vendored _vendored vendors third_party thirdparty third-party 3rdparty extern _extern external externals " +
      "node_modules site-packages bundled",
  ),
  ...folders("stub", "stubs typeshed"),
  ...folders(
    "example",
    "example examples demo demos doc docs documentation benchmark benchmarks bench asv_bench sample samples tutorial tutorials notebooks",
  ),
]);

function folders(role: FileRole, names: string): [string, FileRole][] {
  return names.split(" ").map((name) => [name, role]);
}

const GENERATED_HEADER =
  /\b(?:do not edit|do not modify|don't edit|auto-?generated|automatically generated|generated (?:by|from|with)|@generated)\b/i;

/** The role of a file; `head` is its beginning (2,000 characters are enough), for the headers of generators. */
export function fileRole(path: string, head = ""): FileRole {
  const parts = path.split("/");
  const file = parts.pop() ?? "";
  for (const part of parts) {
    const role = FOLDERS[part.toLowerCase()];
    if (role !== undefined) return role;
  }
  const base = file.toLowerCase();
  if (isTestName(path)) return "test";
  if (/_pb2(?:_grpc)?\.|\.pb\.|\.generated\.|_generated\.|^parsetab\.|^_?lextab\./.test(base))
    return "generated";
  if (/\.pyi$|\.d\.[cm]?ts$/.test(base)) return "stub";
  if (base === "setup.py" || base === "noxfile.py" || base === "versioneer.py") return "generated";
  return GENERATED_HEADER.test(commentsOf(head)) ? "generated" : "source";
}

/** Whether a file is a test by its own name, wherever it lies. */
export function isTestName(path: string): boolean {
  const base = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  return /^(?:test_|conftest\.)|_tests?\.|\.(?:test|spec)\.|^tests?\./.test(base);
}

/** A generator's mark stands in a comment at the top; the same words in code or prose mean nothing. */
function commentsOf(head: string): string {
  const lines = head.slice(0, 2000).split("\n");
  return lines.filter((line) => /^\s*(?:#|\/\/|\/?\*)/.test(line)).join("\n");
}
