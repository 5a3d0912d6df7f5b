import { createHash } from "node:crypto";
import { appendFile, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { end, input, sampleOf, start, turn } from "../exporters/testing/records.ts";
import { startHub, TOKEN } from "../hub/testing/hub.ts";
import type { Sample } from "../sample.ts";
import { runCommand, temporaryFolder } from "../testing/command-line.ts";
import { writeSet } from "../training-sets/testing/sets.ts";
import { exportAttempts } from "./export.ts";
import { pull, type PullRequest } from "./pull.ts";
import { push, type PushRequest } from "./push.ts";

/** Text that does not compress: the table goes in parts. */
function noise(seed: string, lines: number): string {
  const line = (number: number) => createHash("sha512").update(`${seed} ${number}`).digest("base64");
  return Array.from({ length: lines }, (_, number) => line(number)).join("\n");
}

function long(id: string): Sample {
  return sampleOf(id, {
    instance_facts: { licence: ["MIT"] },
    events: [start(id, id), input("user", noise(id, 2000)), turn({ content: "Done" }), end()],
  });
}

/** A hub, and a folder with the training set `set` and its exports `openai` and `verl`. */
async function ground(samples: readonly Sample[] = ["a.1", "b.1", "c.1"].map(long), acceptClaims = false) {
  const [hub, folder] = [await startHub(), await temporaryFolder()];
  const at = (name: string) => folder.file(name);
  await writeSet(at("set"), samples);
  for (const format of ["openai", "verl"])
    await exportAttempts({ run: at("set"), format, out: at(format), acceptClaims });
  const common = { repository: "acme/repairs", endpoint: hub.url, token: TOKEN, sleep: async () => {} };
  return {
    hub,
    at,
    push: (name: string, more: Partial<PushRequest> = {}) => push({ folder: at(name), ...common, ...more }),
    pull: (name: string, more: Partial<PullRequest> = {}) => pull({ folder: at(name), ...common, ...more }),
    async [Symbol.asyncDispose]() {
      await hub[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function contentsOf(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  const hashes = await Promise.all(
    names.map(async (name) =>
      createHash("sha256")
        .update(await readFile(`${folder}/${name}`))
        .digest("hex"),
    ),
  );
  return Object.fromEntries(names.map((name, index) => [name, hashes[index] ?? ""]));
}

describe("hybrid-gym push and pull", () => {
  it.each(["openai", "verl", "set"])("bring %s to another machine as it was, privately", async (name) => {
    await using here = await ground();
    const pushed = await here.push(name);
    expect(pushed).toMatchObject({ isPrivate: true, deleted: [], unchanged: 0 });
    expect(pushed.sent.toSorted()).toEqual(Object.keys(await contentsOf(here.at(name))));
    expect(here.hub.isPrivate("acme/repairs")).toBe(true);
    await here.pull("there");
    expect(await contentsOf(here.at("there"))).toEqual(await contentsOf(here.at(name)));
    // In parts, as large files go.
    if (name === "verl")
      expect(here.hub.requests.filter((line) => /PUT \/upload\/\w+\/\d/.test(line)).length).toBeGreaterThan(
        2,
      );
  });

  it("sends nothing that is there, and of an earlier push removes what is no part of this one", async () => {
    await using here = await ground();
    await here.push("openai");
    const commits = here.hub.commitsOf("acme/repairs");
    expect(await here.push("openai")).toMatchObject({ sent: [], deleted: [], unchanged: 3, bytes: 0 });
    expect(here.hub.commitsOf("acme/repairs")).toEqual(commits);
    expect(await here.push("verl")).toMatchObject({ deleted: ["train.jsonl"] });
    const names = [".gitattributes", "README.md", "manifest.json", "train.parquet", "verl_dataset.py"];
    expect([...here.hub.filesOf("acme/repairs").keys()].sort()).toEqual(names);
    await here.pull("there");
    expect(await here.pull("there")).toMatchObject({ received: [], unchanged: 4, bytes: 0 });
    const [, before = ""] = here.hub.commitsOf("acme/repairs");
    await here.pull("then", { revision: before });
    expect(await contentsOf(here.at("then"))).toEqual(await contentsOf(here.at("openai")));
  });

  it("ask again where the hub is busy, fails or cuts the connection", async () => {
    await using here = await ground();
    for (const at of [/POST .*create/, /POST .*preupload/, /POST .*batch/, /PUT .*upload/, /POST .*commit/])
      here.hub.failNext({ at, times: 2, fault: at.source.includes("batch") ? 429 : 503 });
    here.hub.failNext({ at: /PUT .*\/2\?/, times: 1, fault: "no-answer" });
    here.hub.failNext({ at: /GET .*tree/, times: 1, fault: 500 });
    await here.push("verl");
    here.hub.failNext({ at: /GET .*resolve.*parquet/, times: 1, fault: 429 });
    here.hub.failNext({ at: /GET .*resolve.*verl_dataset/, times: 2, fault: "cut" });
    await here.pull("there");
    expect(await contentsOf(here.at("there"))).toEqual(await contentsOf(here.at("verl")));
  });

  it("go on after a failure: what was sent stays, nothing is half there, nothing of it is a folder yet", async () => {
    await using here = await ground();
    here.hub.failNext({ at: /POST .*commit/, times: 100, fault: 503 });
    const failed = here.push("verl").catch((error: unknown) => error);
    expect(await failed).toMatchObject({ code: "hub-failed" });
    expect([...here.hub.filesOf("acme/repairs").keys()]).toEqual([".gitattributes"]);
    const uploads = () => here.hub.requests.filter((line) => line.includes("PUT /upload")).length;
    const before = uploads();
    here.hub.healAll();
    await here.push("verl");
    expect(uploads()).toBe(before);

    here.hub.failNext({ at: /GET .*resolve.*train/, times: 100, fault: "cut" });
    await expect(here.pull("there")).rejects.toMatchObject({ code: "hub-failed" });
    expect(await readdir(here.at("there"))).toEqual(["README.md", "pull.json"]);
    await expect(here.push("there")).rejects.toMatchObject({ code: "not-pushable" });
    here.hub.healAll();
    expect(await here.pull("there")).toMatchObject({ unchanged: 1 });
    expect(await contentsOf(here.at("there"))).toEqual(await contentsOf(here.at("verl")));
  });

  it("lets nothing leave that is not whole or that somebody must know of first", async () => {
    const claim = { kind: "claimed", resolved: true, by: "resolved" } as const;
    await using here = await ground(
      [
        sampleOf("a.1", { repository: { name: "django/django", commit: null } }),
        sampleOf("b.1", { repository: null, instance: "pallets__flask-4992", grade: claim }),
        sampleOf("c.1", { grade: { kind: "ungraded" } }),
      ],
      true,
    );
    const refused = async (name: string, more: Partial<PushRequest> = {}) =>
      here.push(name, more).catch((error: { code: string }) => error.code);
    expect(await refused("set")).toBe("contaminated");
    expect(await refused("openai")).toBe("contaminated");
    const taking = { allowContaminated: true };
    expect(await refused("openai", taking)).toBe("claimed-rows");
    expect(await refused("set", { ...taking, acceptClaims: true })).toBe("ungraded-rows");
    expect(here.hub.requests).toEqual([]);
    await here.push("openai", { ...taking, acceptClaims: true });

    await appendFile(here.at("verl/train.parquet"), "x");
    expect(await refused("verl", { ...taking, acceptClaims: true })).toBe("export-damaged");
    const manifest = JSON.parse(await readFile(here.at("openai/manifest.json"), "utf8"));
    await writeFile(here.at("openai/manifest.json"), JSON.stringify({ ...manifest, complete: false }));
    expect(await refused("openai")).toBe("export-incomplete");
    await rm(here.at("set/samples.jsonl.zst"));
    expect(await refused("set")).toBe("set-damaged");
    expect(await refused("nowhere")).toBe("not-pushable");
  });

  it("keep out of what is somebody's: other data, a public dataset, other folders", async () => {
    await using here = await ground();
    here.hub.put("acme/thesis", { "README.md": "mine", "data.csv": "1" });
    await expect(here.push("openai", { repository: "acme/thesis" })).rejects.toMatchObject({
      code: "hub-in-use",
    });
    await expect(here.pull("there", { repository: "acme/thesis" })).rejects.toMatchObject({
      code: "hub-not-pullable",
    });
    here.hub.put("acme/open", {}, false);
    await expect(here.push("openai", { repository: "acme/open" })).rejects.toMatchObject({
      code: "hub-public",
    });
    expect(here.hub.filesOf("acme/open").size).toBe(0);
    await here.push("openai", { repository: "acme/open", isPublic: true });

    await writeFile(here.at("file"), "mine");
    await expect(here.pull("set", { repository: "acme/open" })).rejects.toMatchObject({
      code: "output-folder-in-use",
    });
    await expect(here.pull(".", { repository: "acme/open" })).rejects.toMatchObject({
      code: "output-folder-in-use",
    });
    await expect(here.pull("file", { repository: "acme/open" })).rejects.toMatchObject({
      code: "output-folder-in-use",
    });
  });

  it("refuse what was spoiled there, half made, or names files elsewhere", async () => {
    await using here = await ground();
    await here.push("openai", { repository: "acme/a" });
    const manifest = here.hub.filesOf("acme/a").get("manifest.json")?.toString("utf8") ?? "";
    const refused = async (file: string, content: string) => {
      here.hub.put("acme/a", { [file]: content });
      const error = await here
        .pull("there", { repository: "acme/a" })
        .catch((thrown: { code: string }) => thrown);
      return "code" in error ? error.code : "none";
    };
    expect(await refused("train.jsonl", "other")).toBe("hub-damaged");
    expect(await readdir(here.at("there"))).not.toContain("manifest.json");
    expect(await refused("manifest.json", manifest.replace('"complete": true', '"complete": false'))).toBe(
      "hub-not-pullable",
    );
    expect(await refused("manifest.json", manifest.replaceAll("README.md", "../README.md"))).toBe(
      "hub-not-pullable",
    );
  });

  it("say what the hub does not let them do, and never the token", async () => {
    await using here = await ground();
    await here.push("openai");
    const environment = { HF_ENDPOINT: here.hub.url, HF_TOKEN: "hf_wrong" };
    const said = async (args: string[], more: Record<string, string>) => {
      const { code, stdout, stderr } = await runCommand([...args, "--json"], {
        environment: { ...environment, ...more },
      });
      expect(stdout + stderr).not.toMatch(/hf_\w|secret/);
      const row = JSON.parse(stdout) as { error?: { code: string } };
      return [code, row.error?.code ?? row];
    };
    const sending = ["push", here.at("openai"), "acme/repairs"];
    expect(await said(sending, {})).toEqual([3, "hub-refused"]);
    expect(await said(sending, { HF_TOKEN: "" })).toEqual([3, "hub-token-missing"]);
    expect(await said(sending, { HF_TOKEN: "abc" })).toEqual([3, "hub-token-malformed"]);
    expect(await said(["push", here.at("openai"), "repairs"], {})).toEqual([2, "hub-name-malformed"]);
    expect(await said(["pull", "acme/nothing", here.at("x")], { HF_TOKEN: TOKEN })).toEqual([
      2,
      "hub-not-found",
    ]);
    expect(await said(sending, { HF_TOKEN: TOKEN })).toEqual([
      0,
      {
        repository: "acme/repairs",
        visibility: "private",
        sent: [],
        deleted: [],
        unchanged: 3,
        bytes: 0,
        unknown_repositories: 0,
      },
    ]);
    here.hub.failNext({ at: /PUT /, times: 100, fault: 503 });
    const signed = await said(["push", here.at("verl"), "acme/repairs"], { HF_TOKEN: TOKEN });
    expect(signed).toEqual([1, "hub-failed"]);
    const files = ["pull", "acme/repairs", here.at("there")];
    const { stdout } = await runCommand(files, { environment: { ...environment, HF_TOKEN: TOKEN } });
    expect(stdout).toMatch(/files received +3/);
  });
});
