import type { Sandbox } from "../../sandbox.ts";

const MAX_ENTRIES = 400;

const LIST = `
shopt -s nullglob
for item in "$1"/*; do
  if [ -d "$item" ] && [ ! -L "$item" ]; then
    printf '%s/\\0' "\${item##*/}"
    for inner in "$item"/*; do
      ending=; [ -d "$inner" ] && [ ! -L "$inner" ] && ending=/
      printf '%s/%s%s\\0' "\${item##*/}" "\${inner##*/}" "$ending"
    done
  else
    printf '%s\\0' "\${item##*/}"
  fi
done
exit 0
`;

/** What a folder holds, two levels deep, without hidden entries; folders end with a slash. */
export async function listFolder(sandbox: Sandbox, path: string): Promise<string> {
  const result = await sandbox.exec(["bash", "-c", LIST, "bash", path], { timeoutMs: 30_000 });
  const names = Buffer.from(result.stdout)
    .toString("utf8")
    .split("\0")
    .filter((name) => name !== "");
  const shown = names.slice(0, MAX_ENTRIES).map((name) => JSON.stringify(name).slice(1, -1));
  const rest = names.length - shown.length + (result.droppedBytes > 0 ? 1 : 0);
  if (rest > 0) shown.push(`[${result.droppedBytes > 0 ? "many" : rest} more left out; view a folder below]`);
  return shown.length === 0
    ? `${path} is an empty folder.`
    : `${path}, two levels deep:\n${shown.join("\n")}`;
}
