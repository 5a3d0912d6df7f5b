import { existsSync, mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../testing/command-line.ts";
import { openLease } from "./leases.ts";

it("a lease that cannot be written leaves nothing of itself behind", async () => {
  await using folder = await temporaryFolder();
  const leases = path.join(folder.path, "leases");
  // What stands at its place cannot be replaced, as nothing can on a full disk.
  mkdirSync(path.join(leases, "0a.json", "in-the-way"), { recursive: true, mode: 0o700 });
  expect(() => openLease(folder.path, "0a", [])).toThrow();
  expect(readdirSync(leases)).toEqual(["0a.json"]);
});

it("the folder of leases goes with the last of them", async () => {
  await using folder = await temporaryFolder();
  const [one, two] = [openLease(folder.path, "0a", []), openLease(folder.path, "0b", [])];
  one.end();
  two.rename("0c");
  expect(readdirSync(path.join(folder.path, "leases"))).toEqual(["0c.json"]);
  two.end();
  expect(existsSync(path.join(folder.path, "leases"))).toBe(false);
});
