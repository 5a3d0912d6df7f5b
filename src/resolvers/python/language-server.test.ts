import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { python as syntax } from "../../syntaxes/python/index.ts";
import { PythonProject } from "./project.ts";
import { startLanguageServer } from "./testing/language-server.ts";
import { makeFolder } from "./testing/repository.ts";

const files = {
  "shop/__init__.py":
    "from .basket import *\nfrom .basket import Basket as Cart\nfrom . import prices as costs\n",
  "shop/basket.py": `import dataclasses
from typing import overload
from .prices import Discount, price_of as price

class Base:
    def __init__(self, name):
        self.name = name

    def describe(self):
        return self.name.upper()

    @classmethod
    def make(cls, name):
        return cls(name)

class Basket(Base):
    discount = Discount(0.1)

    def __init__(self, items):
        super().__init__("basket")
        self.items = items
        self.extra = Discount(0.2)

    def total(self):
        total = sum(price(item) for item in self.items)
        if total < 0:
            raise EmptyBasket("less than nothing")
        return self.extra.of(self.discount.of(total)) - len(self.describe())

    def copy(self) -> "Basket":
        return Basket(list(self.items))

    def twice(self):
        return self.copy().copy().total()

class EmptyBasket(Exception):
    pass

@overload
def first(x: int) -> int: ...
@overload
def first(x: str) -> str: ...
def first(x):
    return x

@dataclasses.dataclass
class Line:
    count: int

    def double(self):
        return Line(self.count * 2)
`,
  "shop/prices.py": `class Discount:
    def __init__(self, share):
        self.share = share

    def of(self, amount):
        return amount * self.share

def price_of(item):
    return item.price
`,
  "use.py": `import shop
import shop.prices as p
from shop import Cart, first, Line

alias = first

def use():
    cart = Cart([])
    cart.total()
    shop.costs.price_of(1)
    p.Discount(2).of(3)
    alias(1)
    Line(1).double().double()
    for line in [Line(1)]:
        line.double()
    with open("x") as file:
        file.read()
    shop.Basket.make("x").describe()
`,
};

/** Where an editor wants to be led: to the parameter or the assignment. */
const BINDINGS: ReadonlySet<string> = new Set(["cls", "alias"]);

it("leads where pyright's own language server leads", async () => {
  const folder = makeFolder(files);
  const project = new PythonProject(folder);
  await using server = await startLanguageServer(folder);
  let compared = 0;
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    server.open(file, text);
    for (const { kind, qualifiedName, ordinal } of syntax.outline(decode(file)).definitions) {
      const { sites = [] } =
        kind === "class" ? {} : (project.resolve({ path: name, qualifiedName, ordinal }) ?? {});
      for (const { line, text: callee, target } of sites) {
        if ((target.kind !== "definition" && target.kind !== "outside") || BINDINGS.has(callee)) continue;
        // The last name of the callee, as written on its line.
        const character = (text.split("\n")[line - 1] ?? "").lastIndexOf(`${callee}(`) + callee.length - 1;
        const places = await server.definitions(file, line - 1, character);
        const where = `${name}:${line} ${callee}`;
        compared++;
        if (target.kind === "definition") {
          const uri = pathToFileURL(path.join(folder, target.definition.path)).href;
          expect(places, where).toContainEqual({ uri, line: target.definition.line - 1 });
        } else
          expect(
            places.filter(({ uri }) => uri.startsWith(pathToFileURL(folder).href)),
            where,
          ).toEqual([]);
      }
    }
  }
  expect(compared).toBeGreaterThan(25);
});

function decode(file: string) {
  const source = syntax.decode(readFileSync(file));
  if ("problem" in source) throw new Error(source.detail);
  return source;
}
