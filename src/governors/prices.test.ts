import { writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { temporaryFolder } from "../testing/command-line.ts";
import { dollarsOf, parsePrice, readPrices } from "./prices.ts";

it("reads a table", async () => {
  await using folder = await temporaryFolder();
  const file = folder.file("prices.json");
  await writeFile(
    file,
    '{"teacher": {"input": 3, "output": 15, "cached": 0.3}, "own": {"input": 0, "output": 0}}',
  );
  expect(Object.fromEntries(await readPrices(file))).toEqual({
    teacher: { input: 3, output: 15, cached: 0.3 },
    own: { input: 0, output: 0 },
  });
  await writeFile(file, '{"teacher": {"input": -3, "output": 15}}');
  await expect(readPrices(file)).rejects.toMatchObject({ code: "malformed-row" });
  await expect(readPrices(folder.file("none.json"))).rejects.toMatchObject({ code: "no-such-file" });
});

it("reads a flag", () => {
  expect(parsePrice("org/model=v2=3,15")).toEqual(["org/model=v2", { input: 3, output: 15 }]);
  expect(parsePrice("m=0,0,0")).toEqual(["m", { input: 0, output: 0, cached: 0 }]);
});

it.each(["", "m", "m=", "m=1", "=1,2", "m=1,2,3,4", "m=-1,2", "m=a,b", "m=1,,2", "m=1,Infinity"])(
  "refuses %s",
  (text) => {
    expect(() => parsePrice(text)).toThrow(expect.objectContaining({ code: "price-malformed" }));
  },
);

it("counts cached tokens as part of the input", () => {
  const price = { input: 3, output: 15, cached: 0.3 };
  expect(dollarsOf(price, { inputTokens: 1e6, outputTokens: 1e5, cachedTokens: 9e5 })).toBeCloseTo(
    0.3 + 0.27 + 1.5,
  );
  expect(dollarsOf({ input: 3, output: 15 }, { inputTokens: 1e6, cachedTokens: 9e5 })).toBeCloseTo(3);
  expect(dollarsOf(price, { inputTokens: 10, cachedTokens: 20 })).toBeCloseTo(3e-6);
  expect(dollarsOf(price, {})).toBe(0);
});
