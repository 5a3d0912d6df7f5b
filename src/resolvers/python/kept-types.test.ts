import { expect, it } from "vitest";
import { loadBundle } from "./bundle.ts";
import { KeptTypes, TYPE_CACHES, type TypeCaches } from "./kept-types.ts";

type Caches = ReturnType<TypeCaches["readCaches"]>;

/** An evaluator that has made `caches`, and takes others. */
const evaluator = (caches: Caches = { types: new Map(), symbols: new Map(), prefetched: {} }) => ({
  caches,
  getTypeOfClass: () => undefined,
  readCaches() {
    return this.caches;
  },
  writeCaches(given: Caches) {
    this.caches = given;
  },
});

const shared = (): { protocolCompatibility?: unknown } => ({ protocolCompatibility: undefined });

it("gives each evaluator what the first one knew, and nothing that others added", () => {
  const list = shared();
  const first = evaluator({
    types: new Map([
      [1, { typeResult: { type: { shared: list } } }],
      [2, { typeResult: { type: {}, isIncomplete: true } }],
    ]),
    symbols: new Map([[3, new Map([["a use", { isIncomplete: false }]])]]),
    prefetched: { list },
  });
  const kept = new KeptTypes(first, []);

  const second = evaluator();
  kept.giveTo(second);
  expect([...second.caches.types.keys()]).toEqual([1]);
  expect(second.caches.prefetched).toEqual({ list });
  (second.caches.types as Map<number, unknown>).set(4, "a type of the repository");
  (second.caches.symbols.get(3) as Map<string, unknown>).set("another use", {});
  Object.assign(second.caches.prefetched, { dict: list });
  list.protocolCompatibility = "with a protocol of the repository";

  const third = evaluator();
  kept.giveTo(third);
  expect([...third.caches.types.keys()]).toEqual([1]);
  expect([...(third.caches.symbols.get(3)?.keys() ?? [])]).toEqual(["a use"]);
  expect(third.caches.prefetched).toEqual({ list });
  expect(list.protocolCompatibility).toBeUndefined();
});

it("refuses an engine whose text is not the expected one", () => {
  expect(() => loadBundle({ ...TYPE_CACHES, before: "disposeEvaluator:function(){}" })).toThrow(
    "pyright's module with createTypeEvaluator has not, or not once, disposeEvaluator:function(){}",
  );
});
