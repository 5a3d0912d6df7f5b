import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { runCommand } from "../src/testing/command-line.ts";
import { documentedErrors, findErrorsInSource } from "./docs/errors.ts";

/** The documentation says what the code does: its errors, its commands and flags; and its links lead somewhere. */
const root = fileURLToPath(new URL("..", import.meta.url));
const read = (file: string) => readFileSync(path.join(root, file), "utf8");

describe("docs/errors.md", () => {
  const documented = documentedErrors(read("docs/errors.md"));
  const found = findErrorsInSource(path.join(root, "src"));

  it("is read, and so is the code", () => {
    expect(documented.size).toBeGreaterThan(60);
    expect(found.size).toBeGreaterThan(60);
    expect(found.get("other-run")).toEqual(new Set([2]));
  });

  it("has every code that the code can raise", () => {
    expect([...found.keys()].filter((code) => !documented.has(code)).sort()).toEqual([]);
  });

  it("has no code that is not raised any more", () => {
    expect([...documented.keys()].filter((code) => !found.has(code)).sort()).toEqual([]);
  });

  it("gives each code the exit code of its class", () => {
    const wrong = [...found].filter(([code, exits]) => {
      const said = documented.get(code);
      return said !== undefined && [...exits].some((exit) => !said.includes(exit));
    });
    expect(wrong.map(([code, exits]) => `${code}: ${[...exits].join(", ")}`)).toEqual([]);
  });
});

/** The flags that `--help` shows, those of commands below this one too. */
async function flagsOf(command: readonly string[]): Promise<string[]> {
  const { stdout } = await runCommand([...command, "--help"]);
  const [options = "", below = ""] = stdout.slice(stdout.indexOf("\nOptions:")).split("\nCommands:");
  const flags = [...options.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, flag = ""]) => flag);
  const names = [...below.matchAll(/^ {2}([a-z]+) /gm)].map(([, name = ""]) => name);
  for (const name of names) if (name !== "help") flags.push(...(await flagsOf([...command, name])));
  return flags;
}

describe("docs/commands", async () => {
  const help = (await runCommand(["--help"])).stdout;
  const listed = help.slice(help.indexOf("\nCommands:"), help.indexOf("\nThe usual order"));
  const commands = [...listed.matchAll(/^ {2}([a-z]+) /gm)].map(([, name = ""]) => name);
  const named = commands.filter((name) => name !== "help");

  it("has a page for every command and no other", () => {
    const pages = readdirSync(path.join(root, "docs/commands")).map((name) => name.replace(/\.md$/, ""));
    expect(named.length).toBeGreaterThan(10);
    expect(pages.sort()).toEqual([...named].sort());
  });

  it("has every flag that --help shows, and no other", async () => {
    // Two at a time: each is a process of its own.
    const differences: string[] = [];
    const queue = [...named];
    const work = async () => {
      for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
        const shown = new Set(await flagsOf([name]));
        const page = existsSync(path.join(root, `docs/commands/${name}.md`))
          ? read(`docs/commands/${name}.md`)
          : "";
        const rows = new Set([...page.matchAll(/^\| `(--[a-z-]+)/gm)].map(([, flag = ""]) => flag));
        for (const flag of shown.difference(rows)) differences.push(`${name}: ${flag} has no row`);
        for (const flag of rows.difference(shown)) differences.push(`${name}: there is no ${flag}`);
      }
    };
    await Promise.all([work(), work()]);
    expect(differences.sort()).toEqual([]);
  });
});

describe("docs/README.md", () => {
  it("names every page", () => {
    const index = read("docs/README.md");
    const pages = readdirSync(path.join(root, "docs"), { recursive: true, encoding: "utf8" });
    const missing = pages.filter((name) => name.endsWith(".md") && !index.includes(`](${name})`));
    expect(missing.filter((name) => name !== "README.md").sort()).toEqual([]);
  });
});

describe("links", () => {
  const pages = [
    ...readdirSync(path.join(root, "docs"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .map((name) => path.join("docs", name)),
    ...["README.md", "CONTRIBUTING.md"].filter((name) => existsSync(path.join(root, name))),
  ];

  it("lead to files and headings that are there", () => {
    const broken: string[] = [];
    let seen = 0;
    for (const page of pages) {
      const prose = read(page).replaceAll(/^```[\s\S]*?^```/gm, "");
      for (const [, target = ""] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target)) continue;
        seen++;
        const [file = "", anchor] = target.split("#");
        const place = file === "" ? page : path.join(path.dirname(page), file);
        if (!existsSync(path.join(root, place))) broken.push(`${page}: ${target}`);
        else if (anchor !== undefined && !anchorsOf(read(place)).has(anchor))
          broken.push(`${page}: ${target}`);
      }
    }
    expect(seen).toBeGreaterThan(50);
    expect(broken).toEqual([]);
  });
});

/** The anchors that GitHub gives to headings. */
function anchorsOf(markdown: string): Set<string> {
  const headings = [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, text = ""]) => text);
  return new Set(
    headings.map((text) =>
      text
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .trim()
        .replaceAll(" ", "-"),
    ),
  );
}
