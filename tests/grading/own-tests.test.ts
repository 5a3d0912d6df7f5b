import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { jsonSchema } from "../../src/base/json.ts";
import { openRegistry, PYTEST_WHEEL, type Registry } from "../../src/environments/testing/wheels.ts";
import { runCommand } from "../../src/testing/command-line.ts";
import { bad, good, type Instance } from "./cases.ts";
import { type Edit, replace } from "./files.ts";
import { writeFolder } from "./git.ts";
import { HONEST_WATCHES, HOSTILE_WATCHES, LOG_FILE, SHIP, WATCH_BODY } from "./own-tests.ts";
import { gradeCases, type GradedCase, numbered } from "./run-cases.ts";

/**
 * The held-out suite where tests of the repository decide: what an instance is comes out of `build` and `export`, as users get it, and answers go
 * into `grade`. Nothing of the grader is called here.
 */
const STUB = "raise NotImplementedError";
const PIP = ["--environments", "pip"];
const body = (text: string): Edit => replace(LOG_FILE, STUB, text);

let registry: Registry;
let folder: string;
let graded: ReadonlyMap<string, GradedCase>;

async function command(...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await runCommand([...args, "--json"]);
  if (code !== 0) throw new Error(`${args[0]} ended with ${code}: ${stdout}${stderr}`);
}

/** The row of the one instance that can be made of the repository. */
async function buildRow(): Promise<Record<string, z.infer<typeof jsonSchema>>> {
  const place = (name: string) => path.join(folder, name);
  await writeFolder(place("ship"), SHIP);
  await command("build", place("ship"), "--task", "func-gen", ...PIP, "--out", place("data"));
  await command("export", place("data"), "--format", "rows", "--out", place("rows"));
  const lines = (await readFile(path.join(place("rows"), "rows.jsonl"), "utf8")).trim().split("\n");
  const rows = lines.map((line) => z.record(z.string(), jsonSchema).parse(JSON.parse(line)));
  const row = rows.find((one) => one["func_name"] === "write_watch");
  if (row === undefined) throw new Error(`no instance of write_watch in ${lines.length} rows`);
  const { instance_id: _, repo: __, base_commit: ___, ...rest } = row;
  return rest;
}

const casesOf = (instance: Instance) =>
  numbered([
    ...Object.entries(HONEST_WATCHES).map(([name, text]) =>
      good("honest", instance, { name, edit: body(text) }),
    ),
    bad("wrong or hostile", instance, "no-changes", { name: "the stub as it is" }),
    ...Object.entries(HOSTILE_WATCHES).map(([name, text]) =>
      bad("wrong or hostile", instance, [], { name, edit: body(text) }),
    ),
  ]);

const named = { name: "write-watch", family: "func-gen", repository: SHIP } as const;
const start = replace(LOG_FILE, WATCH_BODY, STUB)(SHIP);
/** Their names do not wait for the instance. */
const cases = casesOf({ ...named, row: {}, start, right: body(WATCH_BODY) });

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "own-tests-"));
  registry = await openRegistry([PYTEST_WHEEL]);
  const row = await buildRow();
  graded = await gradeCases(folder, casesOf({ ...named, row, start, right: body(WATCH_BODY) }), PIP);
}, 900_000);
afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

describe("an answer that tests of the repository judge", () => {
  it.each([...cases].map(([id, one]) => ({ id, one, title: `${one.kind}: ${one.name}` })))(
    "$title",
    ({ id, one }) => {
      const { outcome, reasons, facts, cause } = graded.get(id) ?? {};
      expect({ outcome, cause, facts: outcome === one.expected ? {} : facts }).toEqual({
        outcome: one.expected,
        cause: undefined,
        facts: {},
      });
      expect(reasons).toEqual(expect.arrayContaining([...one.reasons]));
    },
  );
});
