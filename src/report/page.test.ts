import { createHash } from "node:crypto";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import vm from "node:vm";
import { describe, expect, it } from "vitest";
import type { PageAttempt, PageIndex, PageInstance } from "./page-data.ts";
import { renderReport, writeReport } from "./page.ts";
import { sampleReport } from "./testing/sample.ts";

const ELEMENT = /<(script|style)([^>]*)>(.*?)<\/\1>/gs;

/** What a browser finds: the elements that end at the first closing tag, whatever stands in them. */
function elements(page: string) {
  return [...page.matchAll(ELEMENT)].map(([, tag, attributes, content]) => ({
    tag,
    attributes: attributes ?? "",
    content: content ?? "",
  }));
}

function readBlocks<T>(page: string, kind: string): T[] {
  return elements(page)
    .filter((each) => each.attributes.includes(`data-kind="${kind}"`))
    .map((each) => JSON.parse(each.content));
}

function indexOf(page: string): PageIndex {
  const [index] = readBlocks<PageIndex>(page, "index");
  if (index === undefined) throw new Error("no index");
  return index;
}

describe("a report", () => {
  it("holds counts that add up, and a block for each attempt and instance", async () => {
    const page = await renderReport(sampleReport());
    const { counts, attempts, instances, rejections } = indexOf(page);
    expect(counts).toEqual({
      targets: 15,
      solved: 6,
      unsolved: 4,
      no_verdict: { "model-overloaded": 1, "sandbox-failed": 1 },
      running: 1,
      owed: 2,
    });
    expect(attempts.filter((row) => row.outcome === "solved")).toHaveLength(6);
    expect([attempts.length, instances.length, rejections.length]).toEqual([12, 12, 60]);
    expect(readBlocks<PageAttempt>(page, "attempt")).toHaveLength(12);
    expect(readBlocks<PageInstance>(page, "instance")[0]?.targets[0]).toMatchObject({
      path: "nltk/metrics/distance.py",
      line: 171,
      name: "jaro_similarity",
    });
  });

  it("compares what was kept with what was rejected, by the features that both carry", async () => {
    const data = sampleReport(4);
    if (data.dataset === undefined) throw new Error("the sample has a dataset");
    const rejections = await Array.fromAsync(data.dataset.rejections);
    const measured = rejections.slice(0, 3).map((one) => ({ ...one, facts: { removed_characters: 12 } }));
    const page = await renderReport(
      { ...data, dataset: { ...data.dataset, rejections: measured } },
      { rejectionLimit: 1 },
    );
    expect(indexOf(page).dataset?.selection).toEqual([
      { name: "removed_characters", kept: { count: 4, mean: 812 }, dropped: { count: 3, mean: 12 } },
    ]);
  });

  it("keeps hostile text as data: it comes back exactly, and closes or opens no element", async () => {
    const data = sampleReport(2);
    const page = await renderReport({ ...data, title: "</title><script>alert(1)</script>" });
    expect(page).not.toContain("<script>alert");
    expect(page).not.toContain("<img");
    expect(elements(page).filter((each) => each.attributes === ' type="module"')).toHaveLength(1);
    const turns = readBlocks<PageAttempt>(page, "attempt")[0]?.events.filter(
      (event) => event.type === "turn",
    );
    expect(turns?.[3]?.text).toContain('</script><script>alert("x")</script><img src=x onerror=alert(1)>');
  });

  it("lets only its own script and style run, and loads nothing", async () => {
    const page = await renderReport(sampleReport(1));
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? "";
    expect(policy).toContain("default-src 'none'");
    for (const { tag, attributes, content } of elements(page)) {
      if (attributes.includes("application/json")) continue;
      const hash = createHash("sha256").update(content).digest("base64");
      expect(policy).toContain(`${tag}-src 'sha256-${hash}'`);
    }
    expect(page).not.toMatch(/<(link|img|iframe)\b|<script[^>]*\bsrc=|@import|url\(/);
  });

  it("has a script that is one valid program without imports or ways to write HTML", async () => {
    const page = await renderReport(sampleReport(1));
    const script = elements(page).find((each) => each.attributes === ' type="module"')?.content ?? "";
    expect(() => new vm.Script(`"use strict";${script}`)).not.toThrow();
    expect(script).toContain("addEventListener");
    expect(script).not.toMatch(/^\s*(import|export)\b|innerHTML|insertAdjacentHTML|document\.write/m);
  });

  it("shortens long texts, and says by how much", async () => {
    const [attempt] = readBlocks<PageAttempt>(await renderReport(sampleReport(1)), "attempt");
    const results = attempt?.events.filter((event) => event.type === "result") ?? [];
    expect(results[2]?.text).toMatchObject({ omitted: 6000 });
  });

  it("shares the space for all attempts evenly among them", async () => {
    const page = await renderReport(sampleReport(40), { totalLimit: 200_000 });
    expect(page.length).toBeLessThan(600_000);
    const sizes = readBlocks<PageAttempt>(page, "attempt").map((block) => JSON.stringify(block).length);
    expect(Math.max(...sizes)).toBeLessThan(20 * Math.min(...sizes));
    const events = readBlocks<PageAttempt>(page, "attempt").at(-1)?.events ?? [];
    expect(events.filter((event) => event.type === "turn").length).toBeGreaterThan(4);
  });

  it("says that it contains ground truth when it does", async () => {
    const data = sampleReport(1);
    expect(indexOf(await renderReport(data)).groundTruth).toBe(true);
    if (data.dataset === undefined) throw new Error("no dataset in the sample");
    const instances = [];
    for await (const { instance } of data.dataset.instances) instances.push({ instance });
    const page = await renderReport({ ...data, dataset: { ...data.dataset, instances } });
    expect(indexOf(page).groundTruth).toBe(false);
    expect(page).not.toContain("Computes the Jaro similarity");
  });

  it("is made of a dataset alone, and of attempts alone", async () => {
    const { run: _, ...data } = sampleReport(3);
    const built = await renderReport({ ...data, attempts: [] });
    expect(indexOf(built)).toMatchObject({ attempts: [], counts: { targets: 0 }, dataset: { built: 12 } });
    const { dataset: __, ...rest } = data;
    expect(indexOf(await renderReport(rest)).counts).toMatchObject({ targets: 3, solved: 2, unsolved: 1 });
  });

  it("is written whole, with the same bytes each time", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "report-"));
    try {
      const file = path.join(folder, "report.html");
      await writeReport(file, sampleReport());
      expect(await readFile(file, "utf8")).toBe(await renderReport(sampleReport()));
      const broken = {
        ...sampleReport(),
        // eslint-disable-next-line require-yield
        attempts: (async function* () {
          throw new Error("record gone");
        })(),
      };
      await expect(writeReport(file, broken)).rejects.toThrow("record gone");
      expect(await readFile(file, "utf8")).toContain("</html>");
      expect(await readdir(folder)).toEqual(["report.html"]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
