import {
  ATTRIBUTES,
  START_AUTHOR,
  START_MESSAGE,
  START_STAMP,
  startCommit,
} from "../../workspaces/git-folder.ts";
import { gitObject } from "../../trees/objects.ts";
import { WORKSPACE } from "./task-config.ts";
import { REWARD_JSON, REWARD_TEXT, START_ARCHIVE, VERDICT_FILE } from "./verifier/task.ts";

/** The verifier's program and all that it needs, packed; see `scripts/pack-verifier.mjs`. */
export const VERIFIER_ARCHIVE = "verifier.tar.br";

/**
 * The image of the start state: its files, and the one commit that agents see in our sandboxes, no other history. The last line fails the
 * build where anything came out differently.
 */
export function dockerfile(baseImage: string, startTree: string): string {
  const commit = gitObject("commit", Buffer.from(startCommit(startTree))).id;
  const { name, email } = START_AUTHOR;
  const identity = ["AUTHOR", "COMMITTER"].flatMap((role) => [
    `GIT_${role}_NAME=${name}`,
    `GIT_${role}_EMAIL=${email}`,
    `GIT_${role}_DATE=${quoted(START_STAMP)}`,
  ]);
  return `FROM ${baseImage}
WORKDIR ${WORKSPACE}
COPY ${START_ARCHIVE} /tmp/${START_ARCHIVE}
RUN tar --extract --no-same-owner --file /tmp/${START_ARCHIVE} && rm /tmp/${START_ARCHIVE}
RUN git init --quiet --initial-branch=main --template= \\
 && mkdir -p .git/info && echo ${quoted(ATTRIBUTES.trimEnd())} > .git/info/attributes \\
 && git config core.logAllRefUpdates false && git config gc.auto 0 \\
 && git add --all --force \\
 && ${identity.join(" ")} \\
    git commit --quiet --allow-empty --message=${START_MESSAGE}
RUN test "$(git rev-parse HEAD)" = ${commit}
`;
}

const HERE = 'here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)';

/** `tests/test.sh`. What fails before there is a verdict leaves no reward. */
export function testScript(): string {
  const files = [REWARD_JSON, REWARD_TEXT, VERDICT_FILE].flatMap((name) => [name, `${name}.new`]);
  return `#!/bin/bash
# Judges what the agent left in ${WORKSPACE} and writes ${REWARD_JSON}, ${REWARD_TEXT} and ${VERDICT_FILE}.
# Where something fails that is not the agent's doing there is no reward, and the exit code is not 0.
set -euo pipefail
${HERE}
logs=/logs/verifier
mkdir -p -- "$logs"
cd -- "$logs"
rm -rf -- ${files.join(" ")}
unset NODE_OPTIONS NODE_PATH
program=$(mktemp -d)
trap 'rm -rf -- "$program"' EXIT
node -e 'process.stdin.pipe(require("node:zlib").createBrotliDecompress()).pipe(process.stdout)' \\
  < "$here/${VERIFIER_ARCHIVE}" | tar --extract --file - --directory "$program"
node "$program/verifier.mjs" "$here" ${WORKSPACE} "$logs"
`;
}

/** `solution/solve.sh`: each file that the reference solution changes, as it is afterwards, lies beside it under a number. */
export function solveScript(paths: readonly string[]): string {
  const copies = paths.map(
    (file, index) => `cp -- "$here/files/${index + 1}" ${quoted(`${WORKSPACE}/${file}`)}`,
  );
  return `#!/bin/bash
# The reference solution.
set -euo pipefail
${HERE}
${copies.join("\n")}
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\\\''")}'`;
}
