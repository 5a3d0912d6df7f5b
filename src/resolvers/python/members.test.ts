import { expect, it } from "vitest";
import { targetsIn } from "./testing/repository.ts";

const targets = (body: string, definition = "use") => targetsIn({ "m.py": body }, `m.py::${definition}`);

it("finds methods in the order in which classes are searched", () => {
  const body = `class Base:
    def __init__(self): pass
    def a(self): pass
    def b(self): pass

class Child(Base):
    def __init__(self):
        super().__init__()
    def b(self):
        super().b()
    def use(self):
        self.a()
        self.b()
        Base.b(self)
        Child.a(self)
        self.gone()
`;
  expect(targets(body, "Child.use")).toEqual([
    "self.a → m.py::Base.a",
    "self.b → m.py::Child.b",
    "Base.b → m.py::Base.b",
    "Child.a → m.py::Base.a",
    "self.gone → outside",
  ]);
  expect(targets(body, "Child.__init__")).toEqual([
    "super → outside",
    "super().__init__ → m.py::Base.__init__",
  ]);
});

it("takes an instantiation for a call of the class", () => {
  const body = `import dataclasses, enum, typing

class Meta(type):
    def __call__(cls): return super().__call__()
    def make(cls): pass
class Plain(metaclass=Meta): pass
@dataclasses.dataclass
class Data:
    x: int
class Colour(enum.Enum):
    RED = 1
    def paint(self): pass
class Tuple_(typing.NamedTuple):
    x: int
class Dict_(typing.TypedDict):
    x: int
T = typing.TypeVar("T")
class Box(typing.Generic[T]): pass

def use():
    Plain()
    Plain.make()
    Data(1)
    Colour(1)
    Colour.RED.paint()
    Tuple_(1)
    Dict_(x=1)
    Box[int]()
`;
  expect(targets(body)).toEqual([
    "Plain → m.py::Plain",
    "Plain.make → m.py::Meta.make",
    "Data → m.py::Data",
    "Colour → m.py::Colour",
    "Colour.RED.paint → m.py::Colour.paint",
    "Tuple_ → m.py::Tuple_",
    "Dict_ → m.py::Dict_",
    "Box[int] → m.py::Box",
  ]);
});

it("takes the class's own class for the class", () => {
  const body = `class C:
    @classmethod
    def make(cls):
        return cls()
    def copy(self):
        return type(self)()
    def again(self):
        return self.__class__()
`;
  expect(targets(body, "C.make")).toEqual(["classmethod → outside", "cls → m.py::C"]);
  expect(targets(body, "C.copy")).toEqual(["type → outside", "type(self) → m.py::C"]);
  expect(targets(body, "C.again")).toEqual(["self.__class__ → m.py::C"]);
});

it("does not call a property", () => {
  const body = `import functools

class C:
    @property
    def a(self): return len
    @a.setter
    def a(self, value): pass
    @functools.cached_property
    def b(self): return len
    def use(self):
        self.a()
        self.b()
`;
  expect(targets(body, "C.use")).toEqual(["self.a → unresolved", "self.b → unresolved"]);
});

it("follows types of values, and settles nothing where they differ", () => {
  const body = `class A:
    def f(self): pass
class B:
    def f(self): pass

def make() -> A: return A()
def either(x): return A() if x else B()

def use(a: A, b: "A | B", c: A | None, d, e: type[A]):
    a.f()
    b.f()
    c.f()
    d.f()
    e.f(a)
    e()
    make().f()
    either(1).f()
    items = [A()]
    items[0].f()
    for item in items: item.f()
    d.nowhere_else()
`;
  expect(targets(body)).toEqual([
    "a.f → m.py::A.f",
    "b.f → several",
    "c.f → m.py::A.f",
    "d.f → unresolved",
    "e.f → m.py::A.f",
    "e → unresolved",
    "make → m.py::make",
    "make().f → m.py::A.f",
    "either → m.py::either",
    "either(1).f → several",
    "A → m.py::A",
    "items[0].f → m.py::A.f",
    "item.f → m.py::A.f",
    "d.nowhere_else → outside",
  ]);
});

it("does not trust attributes that are set on instances, dynamic ones and protocols", () => {
  const body = `from typing import Protocol

class Runs(Protocol):
    def run(self): ...

class C:
    handler = len
    def __init__(self, given):
        self.given = given
        self.method = given
    def method(self): pass
    def __call__(self): pass
    def __getattr__(self, name): return getattr(self.given, name)
    def use(self, runs: Runs):
        self.given()
        self.method()
        self()
        runs.run()
        self.other()

def other(): pass
`;
  expect(targets(body, "C.use")).toEqual([
    "self.given → unresolved",
    "self.method → unresolved",
    "self → unresolved",
    "runs.run → unresolved",
    "self.other → unresolved",
  ]);
});

it("finds what a class attribute holds where nothing else can be held", () => {
  const body = `def helper(self): pass
class Form: pass
class C:
    form_class = Form
    run = helper
    def use(self):
        self.form_class()
        self.run()
`;
  expect(targets(body, "C.use")).toEqual(["self.form_class → m.py::Form", "self.run → m.py::helper"]);
  expect(targets(`${body}\nclass D(C):\n    form_class = dict\n`, "C.use")).toEqual([
    "self.form_class → unresolved",
    "self.run → m.py::helper",
  ]);
});

it("does not look past a base class that is not known", () => {
  const body = `from elsewhere import Unknown
class Mixin:
    def f(self): pass
class C(Unknown, Mixin):
    def g(self): pass
    def use(self):
        self.g()
        self.f()
        super().f()
        self.h()
`;
  expect(targets(body, "C.use")).toEqual([
    "self.g → m.py::C.g",
    "self.f → unresolved",
    "super → outside",
    "super().f → unresolved",
    "self.h → outside",
  ]);
});

it("does not say what comes after a class that is inherited together with others", () => {
  const body = `class A:
    def use(self):
        super().run()
class B:
    def run(self): pass
class C(A, B): pass
`;
  expect(targets(body, "A.use")).toEqual(["super → outside", "super().run → unresolved"]);
});

it("takes a type checker's word on where code ends", () => {
  const body = `import sys
class A:
    def f(self): pass

def use(a: A):
    if sys.version_info < (3, 0):
        a.f()
        A()
`;
  expect(targets(body)).toEqual(["a.f → unresolved", "A → m.py::A"]);
});
