import { expect, it } from "vitest";
import type { InstancePair } from "../instance.ts";
import { sampleInstance } from "../report/testing/sample.ts";
import { PairWindow } from "./pair-window.ts";

it("reads a dataset on as its instances are asked for, keeps the last ones, and finds those behind again", async () => {
  const { instance, secret } = sampleInstance(1);
  let read = 0;
  const dataset = {
    async *pairs(): AsyncGenerator<InstancePair> {
      for (let number = 0; number < 1000; number++) {
        read++;
        yield { instance: { ...instance, id: `i${number}` }, secret: { ...secret, id: `i${number}` } };
      }
    },
    find: (id: string) => Promise.reject(new Error(`no ${id}`)),
  };
  await using window = new PairWindow(dataset);
  const ids = await Promise.all(["i3", "i0", "i400", "i401"].map((id) => window.get(id)));
  expect(ids.map((pair) => pair.instance.id)).toEqual(["i3", "i0", "i400", "i401"]);
  expect(read).toBe(402);
  await window.get("i200");
  expect(read).toBe(402);
  // Long gone: from the start again, past the end.
  expect((await window.get("i1")).instance.id).toBe("i1");
  expect(read).toBe(1002);
  await expect(window.get("i1000")).rejects.toThrow("no i1000");
});
