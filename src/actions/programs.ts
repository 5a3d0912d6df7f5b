import type { ActionKind } from "../action.ts";

/** What programs do, by their names; those whose arguments decide are in `shell.ts`. */
const BY_KIND: Readonly<Partial<Record<ActionKind, string>>> = {
  search: "grep egrep fgrep zgrep rg ag ack find fd fdfind locate search_dir search_file find_file",
  list: "ls ll tree du pwd stat file dir realpath readlink basename dirname exa",
  read: "cat head tail less more nl bat wc awk gawk jq xxd hexdump od strings diff cmp tac column open goto scroll_up scroll_down sort uniq cut zcat unzip",
  inspect:
    "which type whereis whereami whoami uname env printenv man help date hostname nproc free ps top id locale df lscpu ldd pkg-config apt-cache dpkg alias history command",
  fetch: "curl wget nc netcat ssh scp rsync ping telnet dig nslookup",
  write: "touch patch tee dos2unix edit create insert ed install ln cp mv truncate",
  remove: "rm rmdir unlink",
  test: "pytest py.test tox nox nosetests trial jest vitest mocha ava rspec phpunit ctest runtests.py runtests",
  check:
    "flake8 pylint ruff mypy pyright pyflakes pycodestyle pydocstyle eslint tsc gofmt shellcheck black isort prettier rubocop clang-format clang-tidy cppcheck py_compile",
  build:
    "make gmake cmake ninja gcc g++ cc c++ clang clang++ javac rustc bazel ld ar sphinx-build mkdocs tsup",
  install: "apt apt-get yum dnf apk brew conda mamba gem easy_install",
  arrange:
    "cd pushd popd export set unset source . echo printf mkdir sleep true false chmod chown kill pkill killall wait read clear reset exit : [ test declare local configure meson autoreconf ulimit trap shift umask tmux screen",
  finish: "submit exit_forfeit",
};

export const KIND_OF: ReadonlyMap<string, ActionKind> = new Map(
  Object.entries(BY_KIND).flatMap(([kind, names]) =>
    names.split(" ").map((name): [string, ActionKind] => [name, kind as ActionKind]),
  ),
);

/** Run another command that stands behind their own options. How many of their own words stand before it. */
export const WRAPPERS: ReadonlyMap<string, number> = new Map([
  ["sudo", 0],
  ["time", 0],
  ["nohup", 0],
  ["nice", 0],
  ["exec", 0],
  ["stdbuf", 0],
  ["xargs", 0],
  ["timeout", 1],
  ["unbuffer", 0],
  ["xvfb-run", 0],
]);

/** What stands behind another command and only says which of its lines are shown. */
export const FILTERS: ReadonlySet<string> = new Set(
  "head tail sort uniq wc cut awk gawk tr grep egrep fgrep rg column less more cat nl sed jq tac rev fold fmt".split(
    " ",
  ),
);

/** What git's commands do. */
export const GIT: ReadonlyMap<string, ActionKind> = new Map<string, ActionKind>([
  ...each(
    "history",
    "log show blame reflog branch tag rev-list rev-parse describe shortlog cat-file remote whatchanged bisect annotate",
  ),
  ...each("search", "grep"),
  ...each("list", "ls-files ls-tree"),
  ...each("review", "diff status diff-index diff-files"),
  ...each("fetch", "fetch pull clone ls-remote push submodule"),
  ...each("write", "apply am mv"),
  ...each("remove", "rm"),
  ...each(
    "arrange",
    "stash checkout switch reset restore commit add clean config init merge rebase cherry-pick worktree revert",
  ),
]);

function each(kind: ActionKind, names: string): [string, ActionKind][] {
  return names.split(" ").map((name) => [name, kind]);
}

/** What a package manager, a compiler's front end or a task runner does by its first argument; `run` where the argument is none of these. */
export const BY_ARGUMENT: ReadonlyMap<string, ReadonlyMap<string, ActionKind>> = new Map(
  Object.entries({
    npm: {
      test: "test t",
      build: "build",
      install: "install i ci add link",
      inspect: "ls list view info outdated explain",
    },
    yarn: { test: "test", build: "build", install: "install add link", inspect: "list info why" },
    pnpm: { test: "test t", build: "build", install: "install i add", inspect: "list why" },
    cargo: {
      test: "test nextest",
      check: "check clippy fmt",
      build: "build",
      install: "install add fetch update",
      inspect: "tree metadata",
    },
    go: {
      test: "test",
      check: "vet fmt",
      build: "build generate",
      install: "get install mod",
      inspect: "list env doc version",
    },
    mvn: { test: "test verify", build: "compile package install", inspect: "dependency:tree" },
    gradle: { test: "test check", build: "build assemble" },
    gradlew: { test: "test check", build: "build assemble" },
    dotnet: { test: "test", build: "build restore" },
    pip: {
      install: "install uninstall wheel",
      inspect: "show list freeze check --version",
      fetch: "download",
    },
    uv: { install: "sync add pip", inspect: "tree" },
    poetry: { install: "install add update lock", inspect: "show env" },
    "manage.py": { test: "test", inspect: "showmigrations help" },
    "setup.py": {
      test: "test",
      build: "build build_ext sdist bdist_wheel",
      install: "install develop",
      inspect: "--version",
    },
    make: { test: "test tests check" },
    composer: { install: "install require update" },
    bundle: { install: "install" },
    rake: { test: "test spec" },
  }).map(([program, kinds]) => [
    program,
    new Map(Object.entries(kinds).flatMap(([kind, names]) => each(kind as ActionKind, names))),
  ]),
);

/** Modules that `python -m` runs. */
export const MODULES: ReadonlyMap<string, ActionKind> = new Map<string, ActionKind>([
  ...each("test", "pytest unittest nose nose2 tox nox doctest django.test"),
  ...each("check", "py_compile compileall flake8 pylint mypy pyflakes ruff pyright pycodestyle black isort"),
  ...each("install", "venv virtualenv ensurepip"),
  ...each("build", "build sphinx"),
  ...each("inspect", "site sysconfig pydoc inspect"),
]);
