import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { bash, type Open, text, uniqueSleep } from "./setup.ts";

export function describeCommands(open: Open): void {
  describe("the start state", () => {
    test("is one clean commit", async () => {
      const { run } = await open();
      expect(text((await run("git status --porcelain")).stdout)).toBe("");
      expect(
        text((await run("git log --all --format=%s; git for-each-ref --format='%(refname)'")).stdout),
      ).toBe("start\nrefs/heads/main\n");
      expect(text((await run("git fsck 2>&1; git stash list; git reflog")).stdout)).toBe("");
    });

    test("is the first working directory, by the workspace's name", async () => {
      const { sandbox } = await open();
      const result = await sandbox.exec(["pwd"]);
      expect(text(result.stdout)).toBe(`${sandbox.root}\n`);
      expect(path.basename(sandbox.root)).toBe("project");
    });
  });

  describe("the environment", () => {
    afterEach(() => {
      delete process.env["CANARY_TOKEN"];
    });

    test("has nothing of the user's", async () => {
      process.env["CANARY_TOKEN"] = "canary";
      const { run, id } = await open();
      const variables = text((await run("env; cat /proc/self/environ 2>/dev/null")).stdout);
      expect(variables).not.toContain("canary");
      expect(variables).not.toContain(`HOME=${process.env["HOME"]}\n`);
      expect(variables).not.toContain(id);
      expect(variables.toLowerCase()).not.toMatch(/hybrid|gym|vitest|node_/);
    });

    test("has a home and a temporary folder that can be written", async () => {
      const { run } = await open();
      const result = await run('echo a > "$HOME/a" && mktemp >/dev/null && echo "$LANG $TERM"');
      expect(result.exitCode).toBe(0);
      expect(text(result.stdout)).toBe("C.UTF-8 dumb\n");
    });

    test("takes variables and a folder for one command", async () => {
      const { sandbox } = await open();
      const result = await sandbox.exec(bash('echo "$GREETING $PWD"'), {
        cwd: "src",
        environment: { GREETING: "hello" },
      });
      expect(text(result.stdout)).toBe(`hello ${sandbox.root}/src\n`);
    });

    test("tells nothing of open files of ours", async () => {
      const { run } = await open();
      const links = text((await run("for f in /proc/self/fd/*; do readlink $f; done")).stdout);
      expect(links).not.toContain("store.git");
    });
  });

  describe("a command", () => {
    test("gives its exit code", async () => {
      const { run, sandbox } = await open();
      expect((await run("exit 3")).exitCode).toBe(3);
      expect((await run("kill -TERM $$")).exitCode).toBe(143);
      expect((await run("kill -KILL $$")).exitCode).toBe(137);
      const missing = await sandbox.exec(["no-such-program"]);
      expect(missing.exitCode).toBe(127);
      expect((await sandbox.exec(["ls"], { cwd: "no/such/folder" })).exitCode).toBe(126);
    });

    test("in a repository that its agent closed is a command that fails, of a sandbox that does not", async () => {
      const { sandbox, run } = await open();
      await run("chmod 000 .");
      // Root, as whom the level `process` may run, can enter it all the same.
      expect([0, 126]).toContain((await sandbox.exec(["true"])).exitCode);
      const shell = await sandbox.openShell();
      const opened = await shell.run(`chmod 755 '${sandbox.root}'; cd '${sandbox.root}'; cat README.md`);
      expect(text(opened.output)).toBe("# Project\n");
      expect(text(await sandbox.read("README.md"))).toBe("# Project\n");
    });

    test("gets its arguments as they are", async () => {
      const { sandbox } = await open();
      const odd = ["", "a b", "$HOME", "*", "'\"", "\n", "-n", "漢"];
      const result = await sandbox.exec(["printf", "%s\\0", ...odd]);
      expect(text(result.stdout).split("\0").slice(0, -1)).toEqual(odd);
    });

    test("reads what it is given, or nothing", async () => {
      const { sandbox } = await open();
      expect((await sandbox.exec(["cat"])).stdout.length).toBe(0);
      const given = new Uint8Array(300_000).fill(7);
      expect((await sandbox.exec(["cat"], { stdin: given })).stdout).toEqual(given);
      expect((await sandbox.exec(["true"], { stdin: given })).exitCode).toBe(0);
    });

    test("keeps its streams apart and its bytes as they are", async () => {
      const { run } = await open();
      const result = await run("printf 'out\\377\\0x'; printf 'err\\200' >&2");
      expect([...result.stdout]).toEqual([...Buffer.from("out"), 255, 0, 120]);
      expect([...result.stderr]).toEqual([...Buffer.from("err"), 128]);
    });

    test("loses the middle of long output and says how much", async () => {
      const { sandbox } = await open();
      const result = await sandbox.exec(bash("printf a; head -c 5000 /dev/zero | tr '\\0' x; printf b"), {
        maxOutputBytes: 1000,
      });
      expect(result.stdout.length).toBe(1000);
      expect(result.droppedBytes).toBe(4002);
      expect(text(result.stdout)).toMatch(/^ax+b$/);
      expect(result.exitCode).toBe(0);
    });

    test("is killed when it floods", async () => {
      const { sandbox } = await open();
      const result = await sandbox.exec(["yes"], { maxOutputBytes: 10_000, timeoutMs: 30_000 });
      expect(result.exitCode).toBe(137);
      expect(result.timedOut).toBe(false);
      expect(result.droppedBytes).toBeGreaterThan(80_000);
    });

    test("past its time is killed with all its descendants", async () => {
      const { sandbox, run } = await open();
      const sleep = uniqueSleep();
      const script = `${sleep} & setsid ${sleep} & (setsid bash -c '${sleep}; true' &) ; echo started; wait`;
      const result = await sandbox.exec(bash(script), { timeoutMs: 1500 });
      expect(result).toMatchObject({ timedOut: true, exitCode: 137 });
      expect(text(result.stdout)).toBe("started\n");
      expect(text((await run(`ps -eo args | grep '^${sleep}'`)).stdout)).toBe("");
    });

    test("ends though something in the background holds its output open", async () => {
      const { run } = await open();
      const result = await run("sleep 1000 & echo done");
      expect(text(result.stdout)).toBe("done\n");
      expect(result.timedOut).toBe(false);
    });

    test("can be called off", async () => {
      const { sandbox } = await open();
      const abort = new AbortController();
      const running = sandbox.exec(["sleep", "1000"], { signal: abort.signal });
      abort.abort(new Error("called off"));
      await expect(running).rejects.toThrow("called off");
      await expect(sandbox.exec(["true"])).resolves.toMatchObject({ exitCode: 0 });
    });

    test("cannot write files past the limit", async () => {
      const { run } = await open({ limits: { fileBytes: 100 * 1024 } });
      const result = await run("head -c 300000 /dev/zero > big; stat -c %s big");
      expect(Number(text(result.stdout))).toBeLessThanOrEqual(100 * 1024);
    });

    test("runs beside others", async () => {
      const { sandbox } = await open();
      const results = await Promise.all(
        Array.from({ length: 12 }, (_, index) => sandbox.exec(bash(`echo ${index}; exit ${index}`))),
      );
      expect(results.map((result) => [text(result.stdout), result.exitCode])).toEqual(
        Array.from({ length: 12 }, (_, index) => [`${index}\n`, index]),
      );
    });
  });
}
