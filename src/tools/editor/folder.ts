import type { Sandbox } from "../../sandbox.ts";
import type { Shown } from "./show.ts";

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

/** The entries of a folder, two levels deep, without hidden entries; folders end with a slash. */
export async function listFolder(sandbox: Sandbox, path: string): Promise<Shown> {
  const result = await sandbox.exec(["bash", "-c", LIST, "bash", path], { timeoutMs: 30_000 });
  const names = Buffer.from(result.stdout)
    .toString("utf8")
    .split("\0")
    .filter((name) => name !== "");
  const shown = names.slice(0, MAX_ENTRIES).map((name) => JSON.stringify(name).slice(1, -1));
  const rest = names.length - shown.length + (result.droppedBytes > 0 ? 1 : 0);
  if (rest > 0) shown.push(`[${result.droppedBytes > 0 ? "many" : rest} more left out; view a folder below]`);
  const left = names.slice(MAX_ENTRIES).reduce((sum, name) => sum + name.length + 1, result.droppedBytes);
  return { text: shown.join("\n"), cut: left };
}
