import { afterEach, describe, expect, test } from "vitest";
import { extract } from "./extraction.ts";
import { createArena } from "./setup.ts";

const arena = createArena();

/** What makes git run programs, or look elsewhere, when it is let into such a repository. */
const TRICKS: Readonly<Record<string, string>> = {
  fsmonitor: "git config core.fsmonitor 'BAIT'",
  hooks:
    "mkdir -p .git/hooks; for hook in post-index-change pre-commit post-checkout reference-transaction fsmonitor-watchman; do printf '#!/bin/sh\\nBAIT\\n' > .git/hooks/$hook; chmod +x .git/hooks/$hook; done",
  "a hooks folder":
    "mkdir ~/hooks; printf '#!/bin/sh\\nBAIT\\n' > ~/hooks/post-index-change; chmod +x ~/hooks/*; git config core.hooksPath ~/hooks",
  "an external diff": "git config diff.external 'BAIT'",
  "a pager, an editor, an askpass":
    "for key in core.pager core.editor core.askPass core.sshCommand sequence.editor pager.diff gpg.program; do git config $key 'BAIT'; done",
  "a configuration at home":
    "printf '[core]\\n fsmonitor = BAIT\\n[diff]\\n external = BAIT\\n' | tee ~/.gitconfig > .git/config.worktree; git config extensions.worktreeConfig true",
  "an included configuration":
    "printf '[core]\\n fsmonitor = BAIT\\n' > ~/more; git config include.path ~/more",
  "another work tree": "git config core.worktree /etc",
  "a bare repository":
    "git config core.bare true; cp -r .git/objects .git/refs .git/HEAD .git/config .; rm -r objects refs HEAD config",
  "alternates on the host": "mkdir -p .git/objects/info; echo /var/lib > .git/objects/info/alternates",
  "an index full of lies":
    "git update-index --assume-unchanged src/app.py; git update-index --skip-worktree src/other.py",
  "no index": "rm .git/index; head -c 1000 /dev/zero > .git/index",
  "an index that is a pipe": "rm .git/index; mkfifo .git/index .git/index.lock .git/HEAD.lock",
  "a commit of everything":
    "GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a git commit -qam hidden",
  "replaced objects": "git replace -f $(git rev-parse HEAD:src/app.py) $(git hash-object -w src/app.py)",
  "shallow and grafted history": "git rev-parse HEAD | tee .git/shallow > .git/info/grafts",
  "no repository": "rm -rf .git",
  "a .git file that leads elsewhere": "rm -rf .git; echo 'gitdir: /etc' > .git",
  "a .git link": "rm -rf .git; ln -s / .git",
  "a pipe for a .git": "rm -rf .git; mkfifo .git",
  "sparse checkout": "git config core.sparseCheckout true; echo '/README.md' > .git/info/sparse-checkout",
  "ignore rules": "echo '*' > .git/info/exclude; echo '*' > ~/ignore; git config core.excludesFile ~/ignore",
  "settings of names and modes":
    "git config core.fileMode false; git config core.ignoreCase true; git config core.symlinks false; git config core.autocrlf true; git config core.precomposeUnicode true",
};

describe("the changes are true, and no program of the attack's runs:", () => {
  test.each(Object.keys(TRICKS))("%s", async (trick) => {
    const edit = "echo 'changed = 1' > src/app.py; echo 'other = 2' > src/other.py; echo new > new.py";
    const { after, diff } = await extract(arena, `${edit}; ${TRICKS[trick] ?? ""}`);
    expect(after).toEqual({
      "src/app.py": "changed = 1\n",
      "src/other.py": "other = 2\n",
      "new.py": "new\n",
    });
    expect(diff).not.toMatch(/[ab]\/(.*\/)?\.git\//);
  });

  test.each([
    ["filters", "*.py filter=bait", "filter.bait.clean filter.bait.smudge filter.bait.process"],
    ["text conversion", "*.py diff=bait", "diff.bait.textconv diff.bait.command"],
    ["a merge driver", "*.py merge=bait", "merge.bait.driver"],
    ["hidden text", "* -diff -text", ""],
    ["line ends and encodings", "* text eol=crlf working-tree-encoding=UTF-16 ident", ""],
    ["a macro", "[attr]bait filter=bait diff=bait\n*.py bait", "filter.bait.clean diff.bait.textconv"],
  ])("attributes: %s", async (_, attributes, keys) => {
    const script = `for key in ${keys}; do git config $key 'BAIT'; done; git config filter.bait.required true
      printf '%s\\n' '${attributes}' | tee .git/info/attributes > .gitattributes; echo '$Id$' > src/app.py; echo new > new.py`;
    const { after, diff } = await extract(arena, script);
    expect(after).toEqual({ ".gitattributes": `${attributes}\n`, "src/app.py": "$Id$\n", "new.py": "new\n" });
    expect(diff).toContain("\n+$Id$\n");
    expect(diff).not.toContain("Binary files");
  });

  test("repositories in the repository, by any name that some system takes for git's", async () => {
    const script = `for folder in nested src; do git init -q $folder; git -C $folder config core.fsmonitor 'BAIT'; done
      echo 1 > nested/file; mkdir -p a/.GIT a/.git. 'a/.git ' a/git~1 'a/.git::$INDEX_ALLOCATION'
      for folder in a/.GIT a/.git. 'a/.git ' a/git~1 'a/.git::$INDEX_ALLOCATION'; do echo '[core]' > "$folder/config"; done
      printf '[submodule "s"]\\n path = s\\n url = ext::BAIT\\n update = !BAIT\\n' > .gitmodules`;
    const { after } = await extract(arena, script);
    expect(Object.keys(after)).toEqual([".gitmodules", "nested/file"]);
  });
});

describe("settings in the environment", () => {
  const NAMES = [
    "GIT_EXTERNAL_DIFF",
    "GIT_SSH_COMMAND",
    "GIT_PAGER",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_CONFIG_PARAMETERS",
  ];
  afterEach(() => {
    for (const name of NAMES) delete process.env[name];
  });

  test("of the host do not steer its git either", async () => {
    for (const name of NAMES) process.env[name] = "/nonexistent/bait";
    const { after } = await extract(arena, "echo 'changed = 1' > src/app.py");
    expect(after).toEqual({ "src/app.py": "changed = 1\n" });
  });
});
