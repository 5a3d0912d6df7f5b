import { readFile, writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { runCommand, temporaryFolder } from "../testing/command-line.ts";

const row = (id: string, more: object = {}) => ({
  instance_id: id,
  resolved: true,
  messages: [
    { role: "user", content: "Mend it." },
    { role: "assistant", content: `I mend ${id}.` },
  ],
  ...more,
});

it("says of a stranger's file what is wrong with it, row by row, and ends with 1 where anything must not be trained on", async () => {
  await using folder = await temporaryFolder();
  const rows = [row("django__django-1"), row("acme__orchard-2"), row("acme__orchard-2")];
  await writeFile(folder.file("sft.jsonl"), `${rows.map((one) => JSON.stringify(one)).join("\n")}\nno row\n`);
  const { code, rows: printed } = await runCommand(["audit", folder.file("sft.jsonl"), "--json"]);
  expect(code).toBe(1);
  const lines = printed();
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        check: "benchmark-repository",
        severity: "error",
        id: expect.stringContaining("django"),
      }),
      expect.objectContaining({ check: "solved-without-a-change", severity: "error" }),
      expect.objectContaining({ check: "unreadable", id: expect.stringMatching(/sft\.jsonl:4$/) }),
      expect.objectContaining({ check: "repeated-sample", severity: "warning" }),
    ]),
  );
  expect(lines.at(-1)).toMatchObject({ read: 4, unreadable: { "not-json": 1 }, whole: { samples: 3 } });
});

it("writes a page to read, and names what it is told to read that is not there", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("sft.jsonl"), `${JSON.stringify(row("acme__orchard-1"))}\n`);
  const page = folder.file("audit.md");
  const { stdout } = await runCommand(["audit", folder.file("sft.jsonl"), "--out", page]);
  expect(stdout).toContain("solved-without-a-change");
  expect(await readFile(page, "utf8")).toContain("## solved-without-a-change");
  const missing = await runCommand(["audit", folder.file("nothing.jsonl"), "--json"]);
  expect(missing.code).toBe(2);
  expect(missing.stdout).toContain("no-such-file");
});
