import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Settled } from "./judge-edit.ts";

/** What was asked and how it came out, by group and generator. */
export class Tally {
  readonly wrong: string[] = [];
  private readonly counts = new Map<string, Map<string, number>>();
  private readonly folder: string;

  /** What is wrong is written to this folder, to be read. */
  constructor(folder: string) {
    this.folder = folder;
  }

  async add(
    group: string,
    name: string,
    settled: Settled,
    evidence: { readonly place: string; readonly before: Uint8Array; readonly after: Uint8Array },
  ): Promise<void> {
    this.count(group, name, settled.kind === "agreed" ? settled.label : `${settled.kind}: ${settled.label}`);
    if (settled.kind !== "wrong") return;
    const line = `${group}/${name} in ${evidence.place}: ${settled.label}`;
    this.wrong.push(line);
    const stem = path.join(this.folder, String(this.wrong.length).padStart(4, "0"));
    await mkdir(this.folder, { recursive: true });
    await writeFile(`${stem}.txt`, `${line}\n`);
    await writeFile(`${stem}.before`, evidence.before);
    await writeFile(`${stem}.after`, evidence.after);
  }

  private count(group: string, name: string, outcome: string): void {
    const key = outcome.startsWith("wrong") ? "wrong" : outcome;
    for (const row of [`${group}/`, `${group}/${name}`]) {
      const outcomes = this.counts.get(row) ?? new Map<string, number>();
      outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
      this.counts.set(row, outcomes);
    }
  }

  /** How many of a group came out so. */
  number(group: string, outcome: string): number {
    return this.counts.get(`${group}/`)?.get(outcome) ?? 0;
  }

  /** One line a group and one a generator, with the number of each outcome. */
  lines(): string[] {
    return [...this.counts].sort(byName).map(([row, outcomes]) => {
      const parts = [...outcomes].sort(byName).map(([outcome, count]) => `${outcome} ${count}`);
      const [group, name] = row.split("/", 2);
      return name === "" ? `${group}: ${parts.join(", ")}` : `    ${name}: ${parts.join(", ")}`;
    });
  }
}

function byName<T>([a]: readonly [string, T], [b]: readonly [string, T]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
