import { expect, it } from "vitest";
import { targetsIn } from "./testing/repository.ts";

const targets = (body: string, definition = "use") => targetsIn({ "m.py": body }, `m.py::${definition}`);

it("follows the language's scopes", () => {
  expect(
    targets(`def f(): pass
def g(): pass
def h(): pass
def k(): pass

def use(f):
    f()
    g()
    h = len
    h()
    [k() for k in (g,)]
    k()
    def inner():
        k()
    inner()
    (lambda g: g())(1)
`),
  ).toEqual([
    "f → unresolved",
    "g → m.py::g",
    "h → outside",
    "k → unresolved",
    "k → m.py::k",
    "k → m.py::k",
    "inner → m.py::use.inner",
    "g → unresolved",
    "(lambda g: g()) → unresolved",
  ]);
});

it("does not see a class body from its methods", () => {
  expect(
    targets(
      `def helper(): pass

class C:
    def helper(self): pass
    made = helper(None)
    def use(self):
        helper()
        self.helper()
`,
      "C.use",
    ),
  ).toEqual(["helper → m.py::helper", "self.helper → m.py::C.helper"]);
});

it("sees class bodies where they stand", () => {
  const body = `class C:
    def helper(self): pass
    made = helper(None)
`;
  expect(targets(body, "C")).toEqual(["helper → m.py::C.helper"]);
});

it("settles nothing that is bound again, by whatever statement", () => {
  const again = [
    "f = other",
    "for f in []: pass",
    "with open('x') as f: pass",
    "import f",
    "(f := 1)",
    "f, x = 1, 2",
    "def change():\n    global f\n    f = other",
    "match 1:\n    case f: pass",
    "try: pass\nexcept ValueError as f: pass",
    "class f: pass",
    "f += 1",
  ];
  for (const statement of again) {
    const [target] = targets(`def other(): pass\ndef f(): pass\n${statement}\n\ndef use():\n    f()\n`);
    expect(target, statement).toMatch(/→ (unresolved|several)$/);
  }
});

it("follows another name for the same thing", () => {
  const body = `def f(): pass
g = f
h = g

def use():
    h()
    local = f
    local()
    one = other = f
    other()
`;
  expect(targets(body)).toEqual(["h → m.py::f", "local → m.py::f", "other → m.py::f"]);
});

it("settles overloads as their implementation", () => {
  const body = `from typing import overload

@overload
def f(x: int) -> int: ...
@overload
def f(x: str) -> str: ...
def f(x): return x

def use():
    f(1)
`;
  expect(targets(body)).toEqual(["f → m.py::f#2"]);
});

it("finds a decorated function by its name, whatever the decorator made of it", () => {
  const body = `import contextlib, functools

def deco(f):
    @functools.wraps(f)
    def wrapper(*args): return f(*args)
    return wrapper

@deco
def a(): pass
@contextlib.contextmanager
def b(): yield
@functools.lru_cache
def c(): pass
@functools.singledispatch
def d(x): pass
@d.register
def _(x: int): pass

def use():
    a()
    with b(): pass
    c()
    d(1)
    functools.partial(a)()
`;
  expect(targets(body)).toEqual([
    "a → m.py::a",
    "b → m.py::b",
    "c → m.py::c",
    "d → m.py::d",
    "functools.partial → outside",
    "functools.partial(a) → unresolved",
  ]);
});

it("takes pytest's fixtures for what they are: parameters", () => {
  const body = `import pytest

@pytest.fixture
def client(): return 1

def use(client):
    client()
    client.get()
`;
  expect(targets(body)).toEqual(["client → unresolved", "client.get → outside"]);
});

it("does not trust a function that is replaced somewhere", () => {
  const files = {
    "m.py": "def f(): pass\n\ndef use():\n    f()\n",
    "patch.py": "import m\n\nm.f = len\n",
  };
  expect(targetsIn(files, "m.py::use")).toEqual(["f → unresolved"]);
});

it("knows what calls make that are no definitions", () => {
  const body = `from collections import namedtuple
from typing import NewType
Point = namedtuple("Point", "x y")
Id = NewType("Id", int)

def use():
    Point(1, 2)
    Id(1)
    getattr(use, "x")()
`;
  expect(targets(body)).toEqual([
    "Point → outside",
    "Id → outside",
    "getattr → outside",
    'getattr(use, "x") → unresolved',
  ]);
});
