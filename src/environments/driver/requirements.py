"""Says what the repository in the working directory asks for, as it is written there; nothing of the repository is run."""

import ast
import configparser
import json
import os
import re
import sys

# An address, an option for whoever installs it, a variable of its surroundings.
STRANGE = re.compile(r"@|\s-|\$")
NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
TESTING = re.compile(r"^(?:all[-_.])?(?:dev|develop|development|test|tests|testing|unit[-_.]?tests?)$", re.I)
TEST_FILES = re.compile(r"^(?:(?:test|tests|testing|dev)[-_]requirements|requirements[-_](?:test|tests|testing|dev))\.txt$")
TEST_FILES_INSIDE = re.compile(r"^(?:test|tests|testing|dev)\.txt$")
# Asked for beside what tests import, and large: they look at code from outside.
TOOLS = set(
    "black build codecov coverage flake8 furo isort mypy nox pip pre-commit pylint pytest-cov pytest-codspeed pytest-randomly pytest-xdist ruff setuptools "
    "setuptools-scm sphinx tox twine wheel".split()
)
MOST_BYTES = 1_000_000


class Wanted:
    def __init__(self):
        self.name = self.version = None
        self.runtime, self.test, self.extras = [], [], {}

    def add_extras(self, extras):
        for name, entries in extras.items():
            self.extras.setdefault(normal(name), []).extend(entries)


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read(MOST_BYTES)
    except (OSError, UnicodeDecodeError):
        return None


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def strings(value):
    return [one for one in value if isinstance(one, str)] if isinstance(value, (list, tuple)) else []


def table(value):
    return value if isinstance(value, dict) else {}


def from_pyproject(wanted):
    text = read("pyproject.toml")
    if text is None:
        return
    try:
        import tomllib

        data = tomllib.loads(text)
    except (ImportError, ValueError):
        return
    project = table(data.get("project"))
    wanted.name, wanted.version = project.get("name"), project.get("version")
    wanted.runtime += strings(project.get("dependencies"))
    wanted.add_extras({name: strings(entries) for name, entries in table(project.get("optional-dependencies")).items()})
    groups = table(data.get("dependency-groups"))
    wanted.add_extras({name: group(groups, name, set()) for name in groups})
    tool = table(data.get("tool"))
    from_poetry(table(tool.get("poetry")), wanted)


def group(groups, name, above):
    """The entries of a dependency group and of those that it includes."""
    entries = groups.get(name)
    if name in above or not isinstance(entries, list):
        return []
    found = strings(entries)
    for one in entries:
        if isinstance(one, dict) and isinstance(one.get("include-group"), str):
            found += group(groups, one["include-group"], above | {name})
    return found


def from_poetry(poetry, wanted):
    """Names without their bounds, whose carets only poetry reads."""
    wanted.name, wanted.version = wanted.name or poetry.get("name"), wanted.version or poetry.get("version")

    def names(entries):
        return [name for name, what in table(entries).items() if name != "python" and not (isinstance(what, dict) and what.get("optional"))]

    wanted.runtime += names(poetry.get("dependencies"))
    groups = {name: names(table(one).get("dependencies")) for name, one in table(poetry.get("group")).items()}
    wanted.add_extras({**groups, "dev": [*groups.get("dev", []), *names(poetry.get("dev-dependencies"))]})


def from_setup_cfg(wanted):
    text = read("setup.cfg")
    if text is None:
        return
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text)
    except configparser.Error:
        return

    wanted.name = wanted.name or parser.get("metadata", "name", fallback=None)
    wanted.version = wanted.version or parser.get("metadata", "version", fallback=None)
    wanted.runtime += parser.get("options", "install_requires", fallback="").splitlines()
    wanted.test += parser.get("options", "tests_require", fallback="").splitlines()
    if parser.has_section("options.extras_require"):
        wanted.add_extras({name: value.splitlines() for name, value in parser.items("options.extras_require")})


def from_setup_py(wanted):
    """Literals that a call of `setup` is given, or names of such."""
    text = read("setup.py")
    try:
        tree = ast.parse(text or "")
    except (SyntaxError, ValueError):
        return
    known = {one.targets[0].id: one.value for one in tree.body if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name)}

    def literal(node):
        try:
            return ast.literal_eval(known.get(node.id, node) if isinstance(node, ast.Name) else node)
        except (ValueError, TypeError, RecursionError):
            return None

    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", None)) == "setup":
            given = {one.arg: literal(one.value) for one in call.keywords if one.arg}
            wanted.name, wanted.version = wanted.name or given.get("name"), wanted.version or given.get("version")
            wanted.runtime += strings(given.get("install_requires"))
            wanted.test += strings(given.get("tests_require"))
            wanted.add_extras({name: strings(entries) for name, entries in table(given.get("extras_require")).items() if isinstance(name, str)})


def from_files(wanted):
    """The usual requirement files; those that they include are usual ones themselves."""
    declared = bool(wanted.runtime)
    for folder, pattern in (("", TEST_FILES), ("requirements", TEST_FILES_INSIDE), ("tests", re.compile("^requirements.txt$"))):
        for name in sorted(os.listdir(folder or ".")) if os.path.isdir(folder or ".") else []:
            if pattern.match(name):
                wanted.test += (read(os.path.join(folder, name)) or "").splitlines()
    if not declared:
        wanted.runtime += (read("requirements.txt") or "").splitlines()


def clean(entries):
    """One requirement each, without comments, options, paths and addresses: a name with its extras, bounds and marker."""
    found = []
    for entry in entries:
        text = re.sub(r"(^|\s)#.*$", "", entry).strip().rstrip("\\").strip()
        text = re.sub(r"\s+--hash[= ]\S+", "", text)
        if re.match(r"^[A-Za-z0-9][A-Za-z0-9._-]*\s*(?:\[[^\]]*\])?\s*(?:\(?[<>=!~].*|;.*)?$", text) and not STRANGE.search(text):
            found.append(text)
    return found


def without_self(entries, wanted, above=frozenset()):
    """What stands for the extras of the repository itself (`name[test]`) is what these ask for."""
    found = []
    for entry in entries:
        name, extras = NAME.match(entry)[0], re.search(r"\[([^\]]*)\]", entry.split(";")[0])
        if wanted.name is None or normal(name) != normal(wanted.name):
            found.append(entry)
            continue
        for extra in {normal(one.strip()) for one in (extras[1] if extras else "").split(",")} - above:
            found += without_self(clean(wanted.extras.get(extra, [])), wanted, above | {extra})
    return sorted(set(found))


def main():
    wanted = Wanted()
    for source in (from_pyproject, from_setup_cfg, from_setup_py, from_files):
        source(wanted)
    wanted.name = wanted.name if isinstance(wanted.name, str) else None
    for name, entries in wanted.extras.items():
        if TESTING.match(name):
            wanted.test += entries
    version = wanted.version if isinstance(wanted.version, str) and re.match(r"^\d[\w.!+-]*$", wanted.version) else "0"
    print(
        json.dumps(
            {
                "python": "%d.%d" % sys.version_info[:2],
                "name": wanted.name,
                "version": version,
                "runtime": without_self(clean(wanted.runtime), wanted),
                "test": [one for one in without_self(clean(wanted.test), wanted) if normal(NAME.match(one)[0]) not in TOOLS],
            }
        )
    )


main()
