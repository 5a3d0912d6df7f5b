"""Finds, replaces and leaves out parts of Python source."""

import ast
import copy

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
GIVEN = "_new_implementation"


class Missing(Exception):
    """The function is not in the source."""


class Place:
    """A function in the body of a module or class. Of several with that name the last one counts, as it does when they run."""

    def __init__(self, tree, name):
        *path, self.name = name.split(".")
        self.owner = tree
        self.path = path
        for part in path:
            self.owner = next((one for one in ast.walk(self.owner) if isinstance(one, ast.ClassDef) and one.name == part), None)
            if self.owner is None:
                raise Missing(name)
        self.body = next((body for body in bodies(self.owner) if self._indexes(body)), None)
        if self.body is None:
            raise Missing(name)

    def _indexes(self, body):
        return [index for index, one in enumerate(body) if isinstance(one, FUNCTIONS) and one.name == self.name]

    @property
    def nodes(self):
        return [self.body[index] for index in self._indexes(self.body)]

    @property
    def node(self):
        """The first: what has the body, where a property has more than one."""
        return self.nodes[0]

    def after(self, statements):
        last = self._indexes(self.body)[-1]
        self.body[last + 1:last + 1] = statements

    def replace(self, node):
        self.body[self._indexes(self.body)[0]] = node


def bodies(owner):
    """The lists of statements of a module or class, those under its conditions included; of functions only where nothing else has it."""
    inner = []
    pending = [owner]
    while pending:
        one = pending.pop(0)
        for field in ("body", "orelse", "finalbody"):
            body = getattr(one, field, None)
            if not isinstance(body, list):
                continue
            yield body
            for statement in body:
                (inner if isinstance(statement, (*FUNCTIONS, ast.ClassDef)) else pending).append(statement)
    for one in inner:
        if isinstance(one, FUNCTIONS):
            yield from bodies(one)


def definitions_of(script, name):
    """A script as source without its tests, and with nothing left of the function's body: what a candidate may read."""
    tree = ast.parse(script)
    place = Place(tree, name)
    leave_tests_out(tree, place)
    place.node.body = [ast.Pass()]
    return ast.unparse(tree)


def candidate_of(job):
    """The file with the candidate, and the candidate in it."""
    file = ast.parse(job["file"])
    if "qualified_name" in job:
        return file, from_file(file, job["qualified_name"], job["ordinal"])
    return file, Place(file, job["name"]).node


def from_file(tree, name, ordinal):
    """The function of a file by its qualified name, which may lead through functions too."""
    found = [node for qualified, node in qualified_functions(tree, "") if qualified == name]
    if ordinal >= len(found):
        raise Missing(name)
    return found[ordinal]


def qualified_functions(node, prefix):
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (*FUNCTIONS, ast.ClassDef)):
            if isinstance(child, FUNCTIONS):
                yield prefix + child.name, child
            yield from qualified_functions(child, f"{prefix}{child.name}.")
        else:
            yield from qualified_functions(child, prefix)


def fitted(candidate, original):
    """The candidate with what surrounds the original: its decorators, and its parameters where they have the same names."""
    node = copy.deepcopy(candidate)
    node.decorator_list = original.decorator_list
    node.name = original.name
    node.returns = None
    wanted = parameters(original.args)
    # Scripts make static methods of some that have a receiver in their repository.
    if wanted in (parameters(node.args), parameters(node.args, skipped=1)):
        node.args = original.args
    else:
        for one in ast.walk(node.args):
            if isinstance(one, ast.arg):
                one.annotation = None
    return node


def parameters(arguments, skipped=0):
    groups = (arguments.posonlyargs, arguments.args[skipped:], arguments.kwonlyargs, [arguments.vararg], [arguments.kwarg])
    return [[one and one.arg for one in group] for group in groups]


def extra_imports(file, script):
    """The imports of a file for names that a script does not have, each free to fail."""
    known = bound(script.body)
    guarded = []
    for node in file.body:
        if isinstance(node, ast.ImportFrom) and (node.level > 0 or node.module == "__future__"):
            continue
        if not isinstance(node, (ast.Import, ast.ImportFrom)):
            continue
        for alias in node.names:
            name = (alias.asname or alias.name).split(".")[0]
            if name == "*" or name in known:
                continue
            one = copy.copy(node)
            one.names = [alias]
            handler = ast.ExceptHandler(type=ast.Name("Exception", ast.Load()), name=None, body=[ast.Pass()])
            guarded.append(ast.Try(body=[one], handlers=[handler], orelse=[], finalbody=[]))
    return guarded


def put_first(tree, statements):
    """After what must come first: the docstring and imports of the future."""
    index = 0
    while index < len(tree.body) and comes_first(tree.body[index]):
        index += 1
    tree.body[index:index] = statements


def comes_first(node):
    if isinstance(node, ast.ImportFrom):
        return node.module == "__future__"
    return is_text(node)


def is_text(node):
    """A docstring, or what does as little."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def bound(statements):
    """Names that statements bind, those in functions not counted."""
    names = set()
    for node in statements:
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            names.add(node.name)
            continue
        for one in ast.walk(node):
            if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
                names.add(one.id)
            elif isinstance(one, (ast.Import, ast.ImportFrom)):
                names.update((alias.asname or alias.name).split(".")[0] for alias in one.names)
            elif isinstance(one, (*FUNCTIONS, ast.ClassDef)):
                names.add(one.name)
    return names


def leave_tests_out(tree, place):
    """Takes away what runs or is a test: all that speaks of the new implementation, and all that needs it."""
    gone = {place.name + GIVEN}
    kept = list(tree.body)
    while True:
        left = [node for node in kept if holds(node, place) or not (is_main(node) or mentions(node, gone))]
        lost = bound(node for node in tree.body if node not in left) - bound(left)
        if len(left) == len(kept) and lost <= gone:
            tree.body = left
            return
        kept, gone = left, gone | lost


def holds(statement, place):
    return any(one is place.node for one in ast.walk(statement))


def mentions(statement, names):
    for one in ast.walk(statement):
        if isinstance(one, ast.Name) and one.id in names:
            return True
        if isinstance(one, ast.Attribute) and one.attr in names:
            return True
        if isinstance(one, ast.Constant) and one.value in names:
            return True
    return False


def is_main(node):
    return isinstance(node, ast.If) and any(isinstance(one, ast.Name) and one.id == "__name__" for one in ast.walk(node.test))
