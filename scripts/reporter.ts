/** Prints vitest's totals in one plain last line, and makes a skipped test that is not on the allow-list a failure. */
import { readFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";

interface AllowedSkip {
  /** The test's full name. */
  readonly test: string;
  readonly reason: string;
}

const allowed = JSON.parse(
  readFileSync(new URL("../tests/allowed-skips.json", import.meta.url), "utf8"),
) as readonly AllowedSkip[];

export default class PlainTotals implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0;
    let failed = errors.length;
    let skipped = 0;
    for (const module of modules) {
      if (module.state() === "failed" && module.errors().length > 0) failed++;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") passed++;
        else if (state === "failed") failed++;
        else if (allowed.some((entry) => entry.test === test.fullName)) skipped++;
        else {
          failed++;
          console.log(`skipped without a place in tests/allowed-skips.json: ${test.fullName}`);
        }
      }
    }
    if (failed > 0) process.exitCode = 1;
    const tail = skipped === 0 ? "" : `, ${skipped} skipped`;
    process.once("exit", () => process.stdout.write(`\n${passed} passed, ${failed} failed${tail}\n`));
  }
}
