import { describe, expect, test } from "vitest";
import { describeChanges } from "./conformance/changes.ts";
import { describeCommands } from "./conformance/commands.ts";
import { describeEnd } from "./conformance/end.ts";
import { describeFiles } from "./conformance/files.ts";
import { createOpener, type SandboxUnderTest } from "./conformance/setup.ts";
import { describeMounts } from "./conformance/mounts.ts";
import { describeShownFiles } from "./conformance/shown-files.ts";
import { describeShell } from "./conformance/shell.ts";

export type { SandboxUnderTest } from "./conformance/setup.ts";

/** The tests that every isolation level passes; `makeProvider` is given an empty folder of the test's own. */
export function describeSandboxConformance(
  name: string,
  makeProvider: (folder: string) => Promise<SandboxUnderTest>,
): void {
  describe(`sandbox level ${name}`, () => {
    const open = createOpener(name, makeProvider);

    test("says what it is", async () => {
      const { level, sandbox } = await open();
      expect(await level.provider.probe()).toMatchObject({ available: true });
      expect(sandbox.level).toBe(level.provider.level);
    });

    describeCommands(open);
    describeFiles(open);
    describeShell(open);
    describeShownFiles(open);
    if (name !== "process") describeMounts(open);
    describeChanges(open);
    describeEnd(open);
  });
}
