import { describe, expect, it } from "vitest";
import { PythonProject } from "./project.ts";
import { makeFolder, targetsIn } from "./testing/repository.ts";

describe("imports", () => {
  it("follows aliases of modules and names", () => {
    const files = {
      "a/__init__.py": "",
      "a/b.py": "def f(): pass\n\n\ndef g(): pass\n",
      "use.py":
        "import a.b as c\nimport a.b\nfrom a.b import g as h\n\ndef use():\n    c.f()\n    a.b.f()\n    h()\n",
    };
    expect(targetsIn(files, "use.py::use")).toEqual([
      "c.f → a/b.py::f",
      "a.b.f → a/b.py::f",
      "h → a/b.py::g",
    ]);
  });

  it("follows re-exports and star imports, also in circles", () => {
    const files = {
      "p/__init__.py": "from .one import *\nfrom .two import *\n",
      "p/one.py": "from .two import *\n\ndef first(): pass\n\ndef _hidden(): pass\n",
      "p/two.py": "from .one import *\n\ndef second(): pass\n",
      "use.py":
        "from p import *\nimport p\n\ndef use():\n    first()\n    p.second()\n    p.one.second()\n    _hidden()\n",
    };
    expect(targetsIn(files, "use.py::use")).toEqual([
      "first → p/one.py::first",
      "p.second → p/two.py::second",
      "p.one.second → p/two.py::second",
      "_hidden → unresolved",
    ]);
  });

  it("gives the same answers in a circle of star imports, whichever file is asked first", () => {
    const folder = makeFolder({
      "p/__init__.py": "",
      "p/one.py":
        "from .two import *\n\nclass A(B):\n    def use(self):\n        self.m()\n        self.n()\n",
      "p/two.py":
        "from .one import *\n\nclass B:\n    def m(self): pass\n\nclass C(A):\n    def use(self):\n        self.m()\n",
      "p/three.py":
        "from .two import *\n\nclass D(A, C):\n    def n(self): pass\n    def use(self):\n        self.m()\n",
    });
    const keys = ["p/one.py::A.use", "p/two.py::C.use", "p/three.py::D.use"].map((name) => name.split("::"));
    const answers = (names: readonly string[][]) => {
      const project = new PythonProject(folder);
      return names.map(([file = "", qualifiedName = ""]) => [
        file,
        JSON.stringify(project.resolve({ path: file, qualifiedName, ordinal: 0 })),
      ]);
    };
    const forwards = answers(keys);
    expect(forwards[0]?.[1]).toContain('"B.m"');
    expect(answers(keys.toReversed()).toReversed()).toEqual(forwards);
  });

  it("heeds __all__", () => {
    const files = {
      "p.py": "__all__ = ['_shown']\n\ndef _shown(): pass\n\ndef other(): pass\n",
      "use.py": "from p import *\n\ndef use():\n    _shown()\n    other()\n",
    };
    expect(targetsIn(files, "use.py::use")).toEqual(["_shown → p.py::_shown", "other → unresolved"]);
  });

  it("finds submodules that nobody imports", () => {
    const files = {
      "p/__init__.py": "",
      "p/sub.py": "def f(): pass\n",
      "use.py": "import p\n\ndef use():\n    p.sub.f()\n",
    };
    expect(targetsIn(files, "use.py::use")).toEqual(["p.sub.f → p/sub.py::f"]);
  });

  it("finds packages under src, namespace packages and helpers beside a test", () => {
    const files = {
      "src/pkg/__init__.py": "",
      "src/pkg/m.py": "def f(): pass\n",
      "src/space/part/__init__.py": "def g(): pass\n",
      "tests/helpers.py": "def h(): pass\n",
      "tests/test_a.py":
        "from pkg.m import f\nfrom space.part import g\nimport space.part\nfrom helpers import h\n\ndef test():\n    f()\n    g()\n    space.part.g()\n    h()\n",
    };
    expect(targetsIn(files, "tests/test_a.py::test")).toEqual([
      "f → src/pkg/m.py::f",
      "g → src/space/part/__init__.py::g",
      "space.part.g → src/space/part/__init__.py::g",
      "h → tests/helpers.py::h",
    ]);
  });

  it("does not choose among modules of one name", () => {
    const files = {
      "one/pkg/__init__.py": "def f(): pass\n",
      "two/pkg/__init__.py": "def f(): pass\n",
      "scripts/json.py": "def dumps(): pass\n",
      "scripts/use.py": "from pkg import f\nimport json\n\ndef use():\n    f()\n    json.dumps()\n",
    };
    expect(targetsIn(files, "scripts/use.py::use")).toEqual(["f → unresolved", "json.dumps → unresolved"]);
  });

  it("leads out of the repository for packages that are not here, and nowhere for modules that are missing", () => {
    const files = {
      "pkg/__init__.py": "",
      "pkg/use.py":
        "import numpy as np\nfrom torch.nn import Linear\nimport os.path\nfrom . import gone\nfrom pkg.lost import found\n\ndef use():\n    np.linalg.norm()\n    Linear()\n    os.path.join()\n    gone.f()\n    found()\n",
      "pkg/other.py": "def f(): pass\n",
    };
    expect(targetsIn(files, "pkg/use.py::use")).toEqual([
      "np.linalg.norm → outside",
      "Linear → outside",
      "os.path.join → outside",
      "gone.f → unresolved",
      "found → unresolved",
    ]);
  });

  it("settles a guarded import only when there is one thing it can be", () => {
    const files = {
      "a.py": "def f(): pass\n",
      "use.py": `import sys
try:
    from a import f
except ImportError:
    f = None
try:
    import simplejson as json
except ImportError:
    import json
try:
    from _fast import g
except ImportError:
    def g(): pass
if sys.platform == "win32":
    def h(): pass
else:
    def h(): pass
if sys.version_info >= (3, 8):
    def i(): pass
else:
    def i(): pass

def use():
    f()
    json.dumps()
    g()
    h()
    i()
`,
    };
    expect(targetsIn(files, "use.py::use")).toEqual([
      "f → a.py::f",
      "json.dumps → outside",
      "g → several",
      "h → several",
      "i → several",
    ]);
  });

  it("does not take what is there for type checkers only", () => {
    const files = {
      "a.py": "class A:\n    def f(self): pass\n",
      "use.py": `from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from a import A
    def helper(): pass

def use(a: "A"):
    A()
    helper()
    a.f()
`,
    };
    expect(targetsIn(files, "use.py::use")).toEqual([
      "A → unresolved",
      "helper → unresolved",
      "a.f → a.py::A.f",
    ]);
  });

  it("finds the definition and not its stub; a stub alone is no definition", () => {
    const files = {
      "m.py": "def f(x): return x\n",
      "m.pyi": "def f(x: int) -> int: ...\n",
      "native.pyi": "def g() -> int: ...\n",
      "use.py": "from m import f\nfrom native import g\n\ndef use():\n    f(1)\n    g()\n",
    };
    expect(targetsIn(files, "use.py::use")).toEqual(["f → m.py::f", "g → unresolved"]);
  });
});

describe("files that cannot be used", () => {
  it("finds nothing in a file that is no Python 3, too large, or in an unknown encoding", () => {
    const files = {
      "old.py": "def f():\n    print 'x'\n",
      "broken.py": "def f(:\n",
      "large.py": `def f(): pass\n${"x = 1\n".repeat(400_000)}`,
      "odd.py": "# coding: no-such-thing\ndef f(): pass\n",
      "use.py":
        "import old, broken, large, odd\n\ndef use():\n    old.f()\n    broken.f()\n    large.f()\n    odd.f()\n",
    };
    expect(targetsIn(files, "use.py::use")).toEqual([
      "old.f → unresolved",
      "broken.f → unresolved",
      "large.f → unresolved",
      "odd.f → unresolved",
    ]);
    expect(() => targetsIn(files, "old.py::f")).toThrow("not found");
  });

  it("reads files in their own encoding", () => {
    const files = {
      "m.py": Buffer.from("# coding: latin-1\nname = 'é'\ndef f(): pass\n", "latin1"),
      "use.py": "from m import f\n\ndef use():\n    f()\n",
    };
    expect(targetsIn(files, "use.py::use")).toEqual(["f → m.py::f"]);
  });

  it("reads no settings of the repository", () => {
    const files = {
      "pyrightconfig.json": '{"extraPaths": ["lib"], "exclude": ["m.py"], "pythonPlatform": "Windows"}',
      "m.py": "def f(): pass\n",
      "use.py": "from m import f\n\ndef use():\n    f()\n",
    };
    expect(targetsIn(files, "use.py::use")).toEqual(["f → m.py::f"]);
  });
});
