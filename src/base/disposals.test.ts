import { expect, it } from "vitest";
import { Disposals } from "./disposals.ts";

const noting = (name: string, gone: string[], fails = false) => ({
  name,
  async [Symbol.asyncDispose]() {
    gone.push(name);
    if (fails) throw new Error(name);
  },
});

it("lets go of all, the last first, whatever one of them throws", async () => {
  const gone: string[] = [];
  const all = new Disposals();
  expect(all.use(noting("first", gone)).name).toBe("first");
  all.use(noting("second", gone, true));
  all.use(noting("third", gone));
  await expect(all[Symbol.asyncDispose]()).rejects.toThrow("second");
  await all[Symbol.asyncDispose]();
  expect(gone).toEqual(["third", "second", "first"]);
});

it("lets go of nothing that was given to somebody else", async () => {
  const gone: string[] = [];
  const kept = await (async () => {
    await using all = new Disposals();
    all.use(noting("one", gone));
    return all.move();
  })();
  expect(gone).toEqual([]);
  await kept[Symbol.asyncDispose]();
  expect(gone).toEqual(["one"]);
});
