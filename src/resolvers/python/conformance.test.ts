import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll } from "vitest";
import { describeResolverConformance } from "../conformance.ts";
import { findResolver } from "../index.ts";
import { writeFiles } from "./testing/repository.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "resolver-conformance-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

writeFiles(folder, {
  "src/shop/__init__.py": "from .basket import *\nfrom .basket import Basket as Cart\n",
  "src/shop/basket.py": `from .prices import price_of, Discount

class Basket:
    def __init__(self, items):
        self.items = items
        self.discount = Discount(0.1)

    def total(self):
        return sum(price_of(item) for item in self.items) - self.discount.of(self)

    def checked(self):
        if not self.items:
            raise EmptyBasket
        return self.total()


class EmptyBasket(Exception):
    pass
`,
  "src/shop/prices.py": `class Discount:
    def __init__(self, share):
        self.share = share

    def of(self, basket):
        return basket.total() * self.share


def price_of(item):
    return item.price
`,
  "tests/test_shop.py": `import shop

def test_total():
    assert shop.Cart([]).checked() == 0
`,
});

const key = (file: string, qualifiedName: string) => ({ path: file, qualifiedName, ordinal: 0 });
const basket = "src/shop/basket.py";

describeResolverConformance(findResolver("python") ?? raise(), () => ({
  folder,
  expected: [
    { definition: key(basket, "Basket.__init__"), targets: ["src/shop/prices.py::Discount"] },
    {
      definition: key(basket, "Basket.total"),
      targets: ["outside", "src/shop/prices.py::price_of", "src/shop/prices.py::Discount.of"],
    },
    {
      definition: key(basket, "Basket.checked"),
      targets: ["src/shop/basket.py::EmptyBasket", "src/shop/basket.py::Basket.total"],
    },
    { definition: key("src/shop/prices.py", "Discount.of"), targets: ["unresolved"] },
    {
      definition: key("tests/test_shop.py", "test_total"),
      targets: ["src/shop/basket.py::Basket", "src/shop/basket.py::Basket.checked"],
    },
  ],
}));

function raise(): never {
  throw new Error("there is no resolver of Python");
}
