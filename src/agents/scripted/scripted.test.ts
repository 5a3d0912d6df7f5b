import { expect, it } from "vitest";
import { openStage } from "../testing/stage.ts";
import { scriptedAgent } from "./scripted.ts";

const FILES = {
  "shop/cart.py": `"""Carts."""


class Cart:
    """What a customer wants to buy."""

    def __init__(self, items):
        self.items = items

    def total(self, currency):
        """Sum of all prices in a currency."""
        return sum(item.price(currency) for item in self.items)

    @logged
    def apply_voucher(
        self,
        voucher,
        today=None,
    ):
        # expired vouchers change nothing
        if voucher.expires < today:
            return None
        self.discount = voucher.rebate
        return self.discount
`,
  "shop/stock.py": `import os


def restock(warehouse, goods):
    for pallet in goods:
        warehouse.shelves.append(pallet)


def shelf_space(warehouse): return warehouse.shelves.capacity - len(warehouse.shelves)


class Warehouse:
    def __init__(self, shelves):
        self.shelves = shelves

    def forklift_route(self, pallets):
        yield from sorted(pallets)
`,
  "tests/test_cart.py": "def test_voucher_rebate_expired():\n    assert expired(voucher, rebate)\n",
};

const AROUND = [
  "A review of this project noted that documentation is missing for the following:",
  "",
  "Resolve the note with a docstring. Do not change any code.",
];

function instruct(...descriptions: string[]): string {
  const [first = ""] = descriptions;
  const listed =
    descriptions.length === 1 ? first : descriptions.map((text, at) => `${at + 1}. ${text}`).join("\n");
  return [AROUND[0], "", listed, "", AROUND[2]].join("\n");
}

async function work(instruction: string) {
  const stage = await openStage(FILES);
  const end = await scriptedAgent().run(stage.context(instruction));
  const turns = stage.events.flatMap((event) => (event.type === "turn" ? [event.message] : []));
  return { stage, end, turns };
}

const VOUCHER =
  "A method of a class that decides whether a condition holds. It is concerned with expiry, vouchers and the rebate. It takes two parameters and returns a value.";

it("finds a method by its description and documents it, and changes nothing else", async () => {
  const { stage, end, turns } = await work(instruct(VOUCHER));
  await using _ = stage;
  expect(end).toEqual({ reason: "finished" });
  const after = await stage.read("shop/cart.py");
  const added = after.split("\n").filter((line) => !FILES["shop/cart.py"].split("\n").includes(line));
  expect(after).toMatch(/ {4}\):\n {8}"""[A-Z][^]*?"""\n {8}# expired/);
  expect(after.replace(/\n {8}"""[^"]*"""(?=\n {8}# expired)/, "")).toBe(FILES["shop/cart.py"]);
  expect(added.length).toBeGreaterThan(1);
  const names = turns.flatMap((turn) => turn.toolCalls.map((call) => call.name));
  expect(names.length).toBeGreaterThanOrEqual(8);
  expect(names.length).toBeLessThanOrEqual(20);
  expect(turns.every((turn) => turn.toolCalls.length === 1)).toBe(true);
});

it("opens up a body that stands on the signature's line", async () => {
  const { stage } = await work(
    instruct(
      "A function about the capacity of shelves and their space. It takes one parameter and returns a value.",
    ),
  );
  await using _ = stage;
  const after = await stage.read("shop/stock.py");
  expect(after).toMatch(/def shelf_space\(warehouse\):\n {4}"""[^"]*"""\n {4}return warehouse/);
});

it("documents several targets", async () => {
  const { stage, end } = await work(
    instruct(
      VOUCHER,
      "A class in charge of matters such as a warehouse, shelves and pallets. It defines one method besides the special ones.",
    ),
  );
  await using _ = stage;
  expect(end.reason).toBe("finished");
  expect(await stage.read("shop/stock.py")).toMatch(/class Warehouse:\n {4}"""/);
  expect(await stage.read("shop/cart.py")).toMatch(/ {4}\):\n {8}"""/);
});

it("leaves no file behind, and does the same again", async () => {
  const first = await work(instruct(VOUCHER));
  await using _ = first.stage;
  const second = await work(instruct(VOUCHER));
  expect(second.turns).toEqual(first.turns);
  await second.stage[Symbol.asyncDispose]();
  const listing = await first.stage.sandbox.exec(["git", "status", "--short"]);
  expect(Buffer.from(listing.stdout).toString()).toBe(" M shop/cart.py\n");
});

it("changes nothing when it does not know the kind of work, or finds nothing", async () => {
  for (const instruction of ["Bake a cake.", instruct("A function about zeppelins and volcanoes.")]) {
    const { stage, end } = await work(instruction);
    await using _ = stage;
    expect(end.reason).toBe("finished");
    const listing = await stage.sandbox.exec(["git", "status", "--short"]);
    expect(Buffer.from(listing.stdout).toString()).toBe("");
  }
});

it("stops at its limits", async () => {
  await using stage = await openStage(FILES);
  const short = await scriptedAgent().run(stage.context(instruct(VOUCHER), {}, { maxSteps: 3 }));
  expect(short).toEqual({ reason: "step-limit", detail: "3 steps" });
  const late = await scriptedAgent().run(stage.context(instruct(VOUCHER), { remainingMs: () => 0 }));
  expect(late.reason).toBe("deadline");
});

const MARKER = "# this function/class is called by the checkout function";
const CALLER = {
  ...FILES,
  "shop/till.py": `from shop.cart import Cart
from shop.stock import shelf_space


class EmptyCart(Exception):
    pass


@audited
def receipt(cart):
    return str(cart)


def checkout(items, warehouse):
    cart = Cart(items)
    if not items:
        raise EmptyCart
    # receipt(cart) comes last
    shelf_space(warehouse)
    return receipt(cart)
`,
};

it("marks what a function calls, above decorators, and nothing else", async () => {
  await using stage = await openStage(CALLER);
  const instruction = `The function \`checkout\` is defined in shop/till.py at line 14. Mark what it calls with\n\n${MARKER}\n\nand nothing else.`;
  expect(await scriptedAgent().run(stage.context(instruction))).toEqual({ reason: "finished" });
  expect(await stage.read("shop/till.py")).toBe(
    CALLER["shop/till.py"]
      .replace("class EmptyCart", `${MARKER}\nclass EmptyCart`)
      .replace("@audited", `${MARKER}\n@audited`),
  );
  expect(await stage.read("shop/cart.py")).toContain(`${MARKER}\nclass Cart`);
  expect(await stage.read("shop/stock.py")).toContain(`${MARKER}\ndef shelf_space`);
});

it("comments the definition that has the most of an issue's words, and nothing else", async () => {
  const issue =
    "Expired vouchers still give a rebate\n\nThe `discount` is kept although the voucher expires today.";
  const { stage, end } = await work(`Locate, do not fix:\n\n<issue>\n${issue}\n</issue>\n\nAdd a comment.`);
  await using _ = stage;
  expect(end).toEqual({ reason: "finished" });
  expect(await stage.read("shop/cart.py")).toBe(
    FILES["shop/cart.py"].replace(
      "    def apply_voucher(",
      "    # The issue has to be settled here.\n    def apply_voucher(",
    ),
  );
});

it.each([
  ["The function `twice` in `shop/sums.py` has no body any more.", "twice"],
  ['Ticket: "twice raises NotImplementedError"\n\nFile: shop/sums.py\nScope: the body.', "twice"],
])("writes a body that knows the examples: %s", async (instruction) => {
  const header = 'def twice(number):\n    """Double it.\n\n    >>> twice(2)\n    4\n    """\n';
  await using stage = await openStage({
    ...FILES,
    "shop/sums.py": `${header}    raise NotImplementedError\n`,
  });
  expect(await scriptedAgent().run(stage.context(instruction))).toEqual({ reason: "finished" });
  expect(await stage.read("shop/sums.py")).toBe(
    `${header}    known = [\n        ((2,), 4),\n    ]\n    for given, result in known:\n        if given == (number,)[: len(given)]:\n            return result\n    return number\n`,
  );
});
