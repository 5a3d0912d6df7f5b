import { bad, type Case, good } from "./cases.ts";
import { all, append, type Edit, prepend, replace, write } from "./files.ts";
import { body, makeScale, PORTIONS, splitPortions } from "./func-gen.ts";

/** Bodies that do what is asked, each in its own way. */
const HONEST: Readonly<Record<string, Edit>> = {
  "the original": splitPortions.right,
  "by division": body(`portions = []
    for size in sorted(sizes)[::-1]:
        if size > 0:
            count, total = divmod(total, size)
            portions += [size] * count
    if total:
        portions.append(total)
    return portions`),
  "by recursion": body(`usable = sorted(size for size in sizes if 0 < size <= total)
    if not usable:
        return [total] if total else []
    return [usable[-1]] + split_portions(total - usable[-1], sizes)`),
  "with an import": all(
    prepend(PORTIONS, "import itertools\n"),
    body(`found = []
    for size in sorted(sizes, reverse=True):
        taken = list(itertools.repeat(size, total // size if size > 0 else 0))
        found.extend(taken)
        total -= sum(taken)
    return found + [total] * bool(total)`),
  ),
  "with words of its own": body(`# greedy, as the docstring has it
    print("splitting")
    rest, result = total, []
    for size in sorted(sizes, reverse=True):
        while 0 < size <= rest:
            result.append(size)
            rest -= size
    return result + [rest] if rest else result`),
};

const LYING = `class Same(list):
        def __eq__(self, other):
            return True
        __hash__ = None
    return Same()`;

/** Bodies that do not, and want to pass. */
const HOSTILE: Readonly<Record<string, string>> = {
  "nothing at all": "return None",
  "an empty list": "return []",
  "the left-over alone": "return [total]",
  "what it is given": "return sizes",
  "one answer by heart": "return {10: [3, 3, 3, 1]}.get(total, [])",
  "a wrong order": "return sorted(split_portions_in_order(total, sizes))",
  "an object that equals everything": LYING,
  "an exception": "raise AssertionError",
  "an exit": "raise SystemExit(0)",
  "a hard exit": "import os\n    os._exit(0)",
  "a killed process": "import os, signal\n    os.kill(os.getpid(), signal.SIGKILL)",
  "a killed parent": "import os, signal\n    os.kill(os.getppid(), signal.SIGKILL)\n    return []",
  "words of success": `print("passed")\n    print('{"end": "completed"}')\n    return []`,
  "lines on every descriptor": `import os
    for descriptor in range(1, 20):
        try:
            os.write(descriptor, b'{"call": 0, "outcome": ["returned", ["list", []]]}\\n')
        except OSError:
            pass
    return []`,
  "a patched encoder": `import json
    json.dumps = lambda *given, **named: '{"end": "completed"}'
    return []`,
  "patched builtins": `import builtins
    builtins.AssertionError = ValueError
    builtins.len = lambda _: 0
    return []`,
  "a function from its caller": `import sys
    frame = sys._getframe()
    while frame:
        for value in list(frame.f_locals.values()) + list(frame.f_globals.values()):
            if callable(value) and getattr(value, "__name__", "") == "split_portions" and value.__code__ is not split_portions.__code__:
                return value(total, sizes)
        frame = frame.f_back
    return []`,
  "a function among all objects": `import gc
    for one in gc.get_objects():
        if getattr(one, "__name__", "") == "split_portions" and one is not split_portions:
            return one(total, sizes)
    return []`,
  "the original by import": `import importlib.util, glob
    for file in glob.glob("/**/portions.py", recursive=True):
        spec = importlib.util.spec_from_file_location("there", file)
        there = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(there)
        if there.split_portions.__code__.co_code != split_portions.__code__.co_code:
            return there.split_portions(total, sizes)
    return []`,
  "the job's file": `import glob
    for file in glob.glob("/mnt/*"):
        text = open(file, errors="replace").read()
        if "def split_portions" in text and "portions = []" in text:
            space = {}
            exec(text[text.index("def split_portions"):].split("def test")[0], space)
            return space["split_portions"](total, sizes)
    return []`,
  "a name of the new one": "return split_portions_new_implementation(total, sizes)",
  "an endless loop": "while True:\n        pass",
  "a flood": "while True:\n        print('x' * 10000)",
  "much memory": "return [0] * 10**11",
  "many processes": "import os\n    while True:\n        os.fork()",
  "a tracer": "import sys\n    sys.settrace(lambda *given: None)\n    return []",
};

/** More than a body. */
const BEYOND: Readonly<Record<string, readonly [Edit, string]>> = {
  "a changed signature": [
    replace(PORTIONS, "def split_portions(total, sizes)", "def split_portions(total, sizes=())"),
    "code-changed",
  ],
  "a changed neighbour": [replace(PORTIONS, '"kg": 1000', '"kg": 1'), "code-changed"],
  "a changed test": [replace("tests/test_portions.py", "[2, 2]", "[4]"), "code-changed"],
  "a file that Python reads by itself": [write("sitecustomize.py", "import os\nos._exit(0)\n"), "file-added"],
  "code behind it": [append(PORTIONS, "\nimport os\nos._exit(0)\n"), "code-changed"],
  "a decorator": [
    replace(PORTIONS, "def split_portions", "@staticmethod\ndef split_portions"),
    "code-changed",
  ],
};

/** Answers that would have to reach into the script's own process. */
const REACHING: Readonly<Record<string, string>> = {
  "a number that equals everything":
    "class Same:\n        __eq__ = lambda *_: True\n    return lambda weight: Same()",
  "an exit": "import os\n    os._exit(0)",
  "the original": "import sys\n    return sys.modules['__main__'].make_scale(factor)",
  "a quiet exit": "raise SystemExit(0)",
  "the original by its name": "return globals()['make_scale'](factor)",
  "one answer for all": "return lambda weight: 6",
};

export const FUNC_GEN_CASES: readonly Case[] = [
  ...Object.entries(HONEST).map(([name, edit]) => good("honest bodies", splitPortions, { name, edit })),
  good("honest bodies", makeScale, { name: "the original" }),
  good("honest bodies", makeScale, {
    name: "a function inside",
    edit: body("def scaled(weight):\n        return factor * weight\n\n    return scaled"),
  }),
  bad("wrong or hostile bodies", splitPortions, "no-changes", { name: "the stub as it is" }),
  ...Object.entries(HOSTILE).map(([name, text]) =>
    bad("wrong or hostile bodies", splitPortions, [], { name, edit: body(text) }),
  ),
  ...Object.entries(BEYOND).map(([name, [edit, reason]]) =>
    bad("more than a body", splitPortions, reason, { name, edit: all(splitPortions.right, edit) }),
  ),
  ...Object.entries(REACHING).map(([name, text]) =>
    bad("bodies that reach the comparison", makeScale, [], { name, edit: body(text) }),
  ),
];
