import { writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Sandbox } from "../sandbox.ts";
import type { LeakCode } from "./leak.ts";
import { openStage, type Seed, type Stage } from "./testing/stage.ts";

// Where the level "namespaces" is missing these tests fail: only there is a sandbox sealed.
let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

/** Runs a shell script in a sandbox, with some bytes as its input. */
async function sh(sandbox: Sandbox, script: string, input: string | Uint8Array = ""): Promise<void> {
  const result = await sandbox.exec(["bash", "-ec", script], { stdin: Buffer.from(input) });
  if (result.exitCode !== 0) throw new Error(Buffer.from(result.stderr).toString());
}

const plant =
  (script: string, input: () => string | Uint8Array = () => ""): (() => Seed) =>
  () => ({ plant: (sandbox) => sh(sandbox, script, input()) });

const docstring = () => stage.docstring;
const original = () => stage.original;
/** In other letters, on one line, with other marks between the words: no part of it is found by searching for it. */
const folded = () => docstring().toUpperCase().replaceAll(/\W+/g, " -- ");
const half = () => docstring().slice(0, docstring().length / 2);
const IDENTITY = "-c user.name=a -c user.email=a@localhost";
const SITE = '"$HOME"/.local/lib/python3*/site-packages';
const MAKE_SITE = `d=$(python3 -c "import site; print(site.getusersitepackages())"); mkdir -p "$d/orchard"`;

const SEEDS: readonly { name: string; code: LeakCode; where: RegExp; seed: () => Seed }[] = [
  {
    name: "a new file",
    code: "leak:file",
    where: /notes\.txt$/,
    seed: plant("cat > notes.txt", () => folded()),
  },
  {
    name: "half of the text in a temporary file",
    code: "leak:file",
    where: /^\/tmp\/x$/,
    seed: plant("cat > /tmp/x", () => half()),
  },
  {
    name: "quoted text in the home",
    code: "leak:file",
    where: /^\/home\//,
    seed: plant("cat > ~/row.json", () => JSON.stringify(docstring())),
  },
  {
    name: "a file's name",
    code: "leak:file",
    where: /PREDICT/,
    seed: plant(`touch -- "$(head -c 120)"`, () => folded()),
  },
  {
    name: "a compressed file",
    code: "leak:file",
    where: /doc\.gz$/,
    seed: plant("cat > doc.gz", () => gzipSync(docstring())),
  },
  {
    name: "a changed file",
    code: "leak:file",
    where: /README\.md$/,
    seed: plant("cat >> README.md", docstring),
  },
  {
    name: "compiled code",
    code: "leak:pyc",
    where: /\.pyc$/,
    seed: plant("cat > m.py; python3 -m compileall -q m.py; rm m.py", () => original()),
  },
  {
    name: "an installed copy of the package",
    code: "leak:installed-copy",
    where: /site-packages\/orchard\//,
    seed: plant(`${MAKE_SITE}; cat > "$d/orchard/harvest.py"; ls ${SITE} > /dev/null`, () => "VALUE = 1\n"),
  },
  {
    name: "a copy under another name where Python imports from",
    code: "leak:installed-copy",
    where: /site-packages\/other\.py/,
    seed: plant(`${MAKE_SITE}; cat > "$d/other.py"`, () => original()),
  },
  {
    name: "an egg's description",
    code: "leak:installed-copy",
    where: /egg-info/,
    seed: plant("mkdir a.egg-info; cat > a.egg-info/PKG-INFO", docstring),
  },
  {
    name: "a loose object that nothing refers to",
    code: "leak:git-object",
    where: /^blob [0-9a-f]{40}$/,
    seed: plant("git hash-object -w --stdin", () => original()),
  },
  {
    name: "a packed object that nothing refers to",
    code: "leak:git-object",
    where: /^blob [0-9a-f]{40}$/,
    seed: plant(
      "i=$(git hash-object -w --stdin); echo $i | git pack-objects -q .git/objects/pack/pack; rm .git/objects/${i:0:2}/${i:2}",
      () => original(),
    ),
  },
  {
    name: "a pack without an index",
    code: "leak:git-object",
    where: /\.pack$/,
    seed: plant(
      "i=$(git hash-object -w --stdin); p=$(echo $i | git pack-objects -q .git/objects/pack/pack); rm -f .git/objects/${i:0:2}/${i:2} .git/objects/pack/*.idx .git/objects/pack/*.rev",
      () => original(),
    ),
  },
  {
    name: "another repository",
    code: "leak:git-object",
    where: /other\/\.git$/,
    seed: plant(
      `git init -q /tmp/other; cd /tmp/other; cat > a; git add a; cp a b; echo more >> b; git add b; git repack -q -a -d; git ${IDENTITY} commit -q -m x; git gc -q; rm a b`,
      () => original(),
    ),
  },
  {
    name: "a later commit",
    code: "leak:later-commit",
    where: /^commit /,
    seed: plant(`git ${IDENTITY} commit -q --allow-empty -m later`),
  },
  {
    name: "a commit that only a tag keeps",
    code: "leak:later-commit",
    where: /^tag /,
    seed: plant(`git ${IDENTITY} tag -a -m note v2`),
  },
  { name: "a branch", code: "leak:git-ref", where: /refs\/heads\/fix$/, seed: plant("git branch fix") },
  { name: "packed refs", code: "leak:git-ref", where: /packed-refs$/, seed: plant("git pack-refs --all") },
  {
    name: "ORIG_HEAD",
    code: "leak:git-ref",
    where: /ORIG_HEAD$/,
    seed: plant("git rev-parse HEAD > .git/ORIG_HEAD"),
  },
  {
    name: "a reflog",
    code: "leak:reflog",
    where: /logs\/HEAD$/,
    seed: plant(
      "git -c core.logAllRefUpdates=true update-ref -m x --create-reflog HEAD HEAD; mkdir -p .git/logs; touch .git/logs/HEAD",
    ),
  },
  {
    name: "an alternate object store",
    code: "leak:git-config",
    where: /alternates$/,
    seed: plant("echo /nowhere > .git/objects/info/alternates"),
  },
  {
    name: "a remote",
    code: "leak:git-config",
    where: /config$/,
    seed: plant("git remote add origin https://localhost/x.git"),
  },
  {
    name: "the original's id in the index",
    code: "leak:index",
    where: /harvest\.py$/,
    seed: () => ({
      plant: (sandbox) =>
        sh(
          sandbox,
          `git update-index --cacheinfo 100644,${stage.target.secret.start[0]?.blob},orchard/harvest.py`,
        ),
    }),
  },
  {
    name: "the original's id in an older index",
    code: "leak:index",
    where: /index\.old$/,
    seed: plant("cat > .git/index.old", () => Buffer.from(stage.target.secret.start[0]?.blob ?? "", "hex")),
  },
  {
    name: "the repository's own commit",
    code: "leak:file",
    where: /HEAD\.txt$/,
    seed: plant("cat > ~/HEAD.txt", () => stage.target.instance.repository.commit),
  },
  {
    name: "a variable",
    code: "leak:environment",
    where: /environ$/,
    seed: () => ({ environment: { HINT: folded() } }),
  },
  {
    name: "a variable that names the dataset",
    code: "leak:environment",
    where: /environ$/,
    seed: () => ({ environment: { DATA: `${stage.dataset}/secrets.jsonl` } }),
  },
  {
    name: "another program's arguments",
    code: "leak:proc",
    where: /cmdline$/,
    seed: () => ({
      wrap: (command) => ["bash", "-c", 'bash -c "sleep 60; : $0" "$0" & exec "$@"', docstring(), ...command],
    }),
  },
  {
    name: "another program's variables",
    code: "leak:proc",
    where: /environ$/,
    seed: () => ({
      wrap: (command) => ["bash", "-c", 'HINT="$0" sleep 60 & exec "$@"', docstring(), ...command],
    }),
  },
  {
    name: "an open file that was deleted",
    code: "leak:descriptor",
    where: /^descriptor 9$/,
    seed: () => ({
      wrap: (command) => [
        "bash",
        "-c",
        'printf %s "$0" > /tmp/d; exec 9< /tmp/d; rm /tmp/d; exec "$@"',
        docstring(),
        ...command,
      ],
    }),
  },
  {
    name: "an open folder",
    code: "leak:descriptor",
    where: /^descriptor 9$/,
    seed: () => ({ wrap: (command) => ["bash", "-c", 'exec 9< /tmp; exec "$@"', "bash", ...command] }),
  },
  {
    name: "a file that names the dataset",
    code: "leak:harness-path",
    where: /log$/,
    seed: plant("cat > ~/log", () => `read ${stage.dataset}: done`),
  },
  {
    name: "a link to the dataset",
    code: "leak:harness-path",
    where: /shortcut$/,
    seed: plant('ln -s "$(cat)" ~/shortcut', () => stage.dataset),
  },
];

describe("the leak scan", () => {
  test("finds nothing in sealed sandboxes", async () => {
    expect(await stage.scanAll()).toEqual(stage.pairs.map(() => []));
  });

  test.each(SEEDS)("finds $name", async ({ code, where, seed }) => {
    const leaks = await stage.scan(seed());
    expect(leaks).toContainEqual({ code, where: expect.stringMatching(where) as string });
  });

  test("takes neither phrases in common nor a neighbour's text for a leak", async () => {
    const phrases = "The predicted crop is low. Returns: The amount, rounded to cents. Kilograms of a plant.";
    expect(await stage.scan(plant("cat > notes.txt", () => phrases)())).toEqual([]);
  });

  test("says what is wrong with the level that isolates nothing", async () => {
    const leaks = await stage.scan({}, "process");
    expect(leaks).toContainEqual({ code: "leak:harness-path", where: stage.dataset });
    expect(leaks.filter((leak) => leak.where.includes("/.git/"))).toEqual([]);
  });

  test("finds a folder of this machine mounted inside", async () => {
    const text = path.join(stage.folder, "text");
    writeFileSync(text, docstring());
    const mounted = 'touch "$TMPDIR/m"; mount --bind "$0" "$TMPDIR/m"; exec "$@"';
    const leaks = await stage.scan(
      { wrap: (command) => ["unshare", "-rm", "bash", "-c", mounted, text, ...command] },
      "process",
    );
    expect(leaks).toContainEqual({ code: "leak:mount", where: expect.stringMatching(/tmp\/m$/) as string });
  });
});
