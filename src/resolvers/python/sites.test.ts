import { expect, it } from "vitest";
import { sitesIn, targetsIn } from "./testing/repository.ts";

const use = (body: string) => ({ "m.py": body });
const shape = (body: string) =>
  sitesIn(use(body), "m.py::use").map(
    ({ kind, line, text, nested }) => `${line} ${kind} ${text}${nested ? " nested" : ""}`,
  );

it("lists decorators, defaults and the body; what is raised; what is nested", () => {
  expect(
    shape(`import functools

def deco(f): return f
def factory(x): return deco
def default(): return 1
class Error_(Exception): pass

@deco
@factory(default())
def use(x=default(), *, y: int = default()):
    @deco
    def inner(z=default()):
        default()
    class Local(dict(), metaclass=default()):
        a = default()
    key = lambda w=default(): default()
    [default() for _ in range(3)]
    if x:
        raise Error_
    elif y:
        raise Error_("bad") from Error_
    (
        functools
        .partial(
            default,
        )
    )
`),
  ).toEqual([
    "8 decorator deco",
    "9 decorator factory",
    "9 call default",
    "10 call default",
    "10 call default",
    "11 decorator deco",
    "12 call default",
    "13 call default nested",
    "14 call dict",
    "14 call default",
    "15 call default nested",
    "16 call default",
    "16 call default nested",
    "17 call default",
    "17 call range",
    "19 raise Error_",
    "21 raise Error_",
    "21 raise Error_",
    "24 call functools\n        .partial",
  ]);
});

it("takes a raised value for no call, and a raised class for one", () => {
  const files = use(`class Bad(Exception): pass

def use(given, kind: type[Bad]):
    try:
        raise Bad
    except Bad as error:
        raise error
    except ValueError:
        raise
    finally:
        made = ValueError()
        if given:
            raise made
        raise kind
`);
  expect(targetsIn(files, "m.py::use")).toEqual([
    "Bad → m.py::Bad",
    "ValueError → outside",
    "kind → unresolved",
  ]);
});

it("cuts long texts", () => {
  const [site] = sitesIn(use(`def use():\n    (${"'x' ".repeat(100)}).join([])\n`), "m.py::use");
  expect(site?.text).toHaveLength(120);
});
