import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import { applyDiff } from "../../src/diffs/apply.ts";
import { type Arena, expectUnharmed, newToken, type Target, text } from "./setup.ts";

export interface Extracted {
  readonly target: Target;
  readonly diff: string;
  /** Why the changes are not applied to the start state; then nothing is known to be after them. */
  readonly refusal: string | undefined;
  /** The content of each file that the changes leave, by path; a link's is what it points to, a deleted file's undefined. */
  readonly after: Readonly<Record<string, string | undefined>>;
  readonly modes: Readonly<Record<string, string | undefined>>;
}

type Files = NonNullable<Parameters<Arena["open"]>[0]>["files"];

/**
 * Lets an attack prepare the files, takes the changes, and makes sure that nothing it planted was run on the way. `BAIT` in
 * the script is a shell command that leaves a file wherever it runs: on the host, inside, or in the repository.
 */
export async function extract(arena: Arena, script: string, files?: Files): Promise<Extracted> {
  const word = newToken();
  const target = await arena.open(files === undefined ? {} : { files });
  const neighbour = await arena.open();
  const onHost = path.join(arena.folder, word);
  const bait = `sh -c "touch ${onHost} /tmp/${word} ./${word}; cat" ${word}`;
  const told = await target.say(`{ ${script.replaceAll("BAIT", bait)}\n} 2>&1`);
  expect(told, "the attack could not be prepared").toBe("");
  expect(readdirSync(`/proc/${target.holder()}/root/tmp/t`), "the attack ran its own bait").not.toContain(
    word,
  );
  const bytes = await target.sandbox.changes();
  expect(existsSync(onHost) || existsSync(`/tmp/${word}`), "the host ran a program of the attack's").toBe(
    false,
  );
  for (const folder of ["t", "m"])
    expect(readdirSync(`/proc/${target.holder()}/root/tmp/${folder}`), "a program ran inside").not.toContain(
      word,
    );
  const applied = await applyDiff(target.workspace.tree, bytes);
  const changes = applied.applied ? applied.changes : [];
  // Only what is described as a change is one, and git's own folder is none.
  for (const change of changes) expect(change.path.split("/")).not.toContain(".git");
  await expectUnharmed(neighbour);
  await target.sandbox.stop();
  expect(target.traces()).toEqual([]);
  return {
    target,
    diff: text(bytes),
    refusal: applied.applied ? undefined : applied.reason,
    after: Object.fromEntries(changes.map(({ path: file, after }) => [file, after && text(after.content)])),
    modes: Object.fromEntries(changes.map(({ path: file, after }) => [file, after?.mode])),
  };
}
