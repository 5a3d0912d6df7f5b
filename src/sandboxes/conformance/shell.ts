import { describe, expect, test } from "vitest";
import type { ShellOptions } from "../../sandbox.ts";
import { type Open, text, uniqueSleep } from "./setup.ts";

export function describeShell(open: Open): void {
  async function openShell() {
    const { sandbox } = await open();
    const shell = await sandbox.openShell();
    const run = async (command: string, options: ShellOptions = {}) => {
      const result = await shell.run(command, { timeoutMs: 30_000, ...options });
      return { ...result, output: text(result.output), bytes: result.output };
    };
    return { sandbox, shell, run };
  }

  describe("a shell", () => {
    test("keeps its folder, variables and functions", async () => {
      const { run, sandbox } = await openShell();
      expect(await run("cd src; X=1; greet() { echo hello $1; }; export Y=2")).toMatchObject({
        exitCode: 0,
        output: "",
        cwd: `${sandbox.root}/src`,
        restarted: false,
      });
      expect(await run('greet $X; bash -c "echo $Y"; pwd')).toMatchObject({
        output: `hello 1\n2\n${sandbox.root}/src\n`,
      });
    });

    test("gives output and errors together, in order", async () => {
      const { run } = await openShell();
      const result = await run("for i in 1 2 3; do echo out $i; echo err $i >&2; done; printf end");
      expect(result.output).toBe("out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\nend");
    });

    test("gives exit codes, also of signals", async () => {
      const { run } = await openShell();
      expect((await run("false")).exitCode).toBe(1);
      expect((await run("(exit 42)")).exitCode).toBe(42);
      expect((await run("bash -c 'kill -SEGV $$'")).exitCode).toBe(139);
      expect((await run("no-such-program")).exitCode).toBe(127);
    });

    test.each([
      ["an open quote", 'echo "abc'],
      ["an open single quote", "echo 'abc"],
      ["an open bracket", "if true; then echo"],
      ["a stray bracket", "echo )"],
      ["an open substitution", "echo $(ls"],
    ])("answers a syntax error (%s) and goes on", async (_, command) => {
      const { run } = await openShell();
      const result = await run(command);
      expect(result).toMatchObject({ restarted: false, timedOut: false });
      expect(result.exitCode).not.toBe(0);
      expect(result.output).toMatch(/syntax error|unexpected EOF/);
      expect((await run("echo on")).output).toBe("on\n");
    });

    test("takes here-documents, also ones without their end, and many lines", async () => {
      const { run } = await openShell();
      expect((await run("cat <<'END'\n$X 'quoted' \\\nEND\necho after")).output).toBe(
        "$X 'quoted' \\\nafter\n",
      );
      expect((await run("cat <<END\nopen")).output).toContain("open\n");
      expect((await run(`cat <<'END'\n${"line\n".repeat(20_000)}END`)).output.length).toBe(100_000);
    });

    test("gives commands no input", async () => {
      const { run } = await openShell();
      expect(await run("cat; read -r line; echo $?")).toMatchObject({ output: "1\n", exitCode: 0 });
      expect((await run("python3 -c 'import sys; print(len(sys.stdin.read()))'")).output).toBe("0\n");
    });

    test("is started again, in its folder, after exit, exec and set -e", async () => {
      const { run, sandbox } = await openShell();
      const cwd = `${sandbox.root}/src`;
      await run("cd src; X=1");
      expect(await run("echo bye; exit 3")).toMatchObject({
        exitCode: 3,
        output: "bye\n",
        restarted: true,
        cwd,
      });
      expect(await run("echo $X; pwd")).toMatchObject({ output: `\n${cwd}\n`, restarted: false });
      expect(await run("exec ls")).toMatchObject({
        output: "app.py\nother.py\n",
        exitCode: 0,
        restarted: true,
      });
      expect(await run("set -e; echo a; false; echo b")).toMatchObject({
        output: "a\n",
        exitCode: 1,
        restarted: true,
      });
      expect(await run("kill -9 $$")).toMatchObject({ exitCode: 137, restarted: true, timedOut: false });
      expect(await run("pwd")).toMatchObject({ output: `${cwd}\n`, restarted: false });
    });

    test("is not lost when a command redirects, traces, or tampers with it", async () => {
      const { run } = await openShell();
      await run("exec >/dev/null 2>&1");
      expect((await run("echo here")).output).toBe("here\n");
      await run("exec 0</dev/null; exec 9>&-");
      expect((await run("echo here")).output).toBe("here\n");
      expect((await run("set -x; echo traced")).output).toBe("++ echo traced\ntraced\n");
      expect((await run("set +x; eval() { :; }; printf() { :; }; echo here")).output).toContain("here\n");
      expect((await run("echo still")).output).toBe("still\n");
    });

    test("does not wait for what runs in the background", async () => {
      const { run } = await openShell();
      expect(await run("sleep 1000 & echo started")).toMatchObject({ output: "started\n", timedOut: false });
      expect(await run("(while :; do sleep 1000; done) & exit 4")).toMatchObject({
        exitCode: 4,
        restarted: true,
      });
      expect((await run("echo on")).output).toBe("on\n");
    });

    test("past a command's time kills it with its descendants and goes on in its folder", async () => {
      const { run, sandbox } = await openShell();
      await run("cd src; X=1");
      const sleep = uniqueSleep();
      const result = await run(`echo before; setsid ${sleep} & ${sleep}`, { timeoutMs: 1500 });
      expect(result).toMatchObject({ timedOut: true, restarted: true, exitCode: 137, output: "before\n" });
      expect(await run(`ps -eo args | grep '^${sleep}'; echo "[$X]"; pwd`)).toMatchObject({
        output: `[]\n${sandbox.root}/src\n`,
        restarted: false,
      });
    });

    test("caps output, and kills a flood", async () => {
      const { run } = await openShell();
      const long = await run("printf a; head -c 5000 /dev/zero | tr '\\0' x; printf b", {
        maxOutputBytes: 1000,
      });
      expect(long).toMatchObject({ exitCode: 0, droppedBytes: 4002, restarted: false });
      expect(long.output).toMatch(/^ax{998}b$/);
      const flood = await run("yes", { maxOutputBytes: 10_000 });
      expect(flood).toMatchObject({ exitCode: 137, restarted: true, timedOut: false });
      expect((await run("echo on")).output).toBe("on\n");
    });

    test("gives bytes as they are", async () => {
      const { run } = await openShell();
      expect([...(await run("printf '\\0\\377\\n\\r'")).bytes]).toEqual([0, 255, 10, 13]);
    });

    test("runs commands one after the other", async () => {
      const { shell } = await openShell();
      const results = await Promise.all([1, 2, 3, 4].map((item) => shell.run(`X="$X"${item}; echo $X`)));
      expect(results.map((result) => text(result.output))).toEqual(["1\n", "12\n", "123\n", "1234\n"]);
    });

    test("runs a command in a copy of itself, of which nothing lasts", async () => {
      const { run, sandbox } = await openShell();
      const apart = (command: string, environment = {}) => run(command, { subshell: { environment } });
      const odd = "it's $HOME\n\"";
      expect((await apart('printf %s "$ODD"; bash -c \'printf %s "$ODD"\'', { ODD: odd })).output).toBe(
        odd + odd,
      );
      await apart("cd src; X=1; greet() { :; }; exec >/dev/null 2>&1; set -e; umask 0; ulimit -n 50");
      const state = 'pwd; echo "[$X$ODD]"; type greet >/dev/null 2>&1 || echo none; umask; ulimit -n';
      expect((await apart(state)).output).toBe(`${sandbox.root}\n[]\nnone\n0022\n4096\n`);
      for (const command of [
        "exit 3",
        "exec bash -c 'exit 3'",
        "trap 'exit 3' EXIT",
        "set -e; (exit 3); echo no",
      ])
        expect(await apart(command)).toMatchObject({ exitCode: 3, output: "", restarted: false });
      expect(await apart("echo )")).toMatchObject({ restarted: false, exitCode: 2 });
      expect(await apart("cat; echo $?")).toMatchObject({ output: "0\n" });
      expect(await apart('cd "$PWD/src"; rm -r ../src; mkdir ../src; pwd')).toMatchObject({ exitCode: 0 });
      await expect(apart("true", { "A=B": "" })).rejects.toThrow(RangeError);
    });

    test("whose copy goes past its time starts again, in its folder", async () => {
      const { run, sandbox } = await openShell();
      const sleep = uniqueSleep();
      const subshell = { environment: {} };
      const late = await run(`setsid ${sleep} & echo before; ${sleep}`, { timeoutMs: 1500, subshell });
      expect(late).toMatchObject({ timedOut: true, restarted: true, output: "before\n" });
      expect((await run(`ps -eo args | grep '^${sleep}'; pwd`, { subshell })).output).toBe(
        `${sandbox.root}\n`,
      );
    });

    test("starts somewhere when its folder is gone", async () => {
      const { run, sandbox } = await openShell();
      await run("mkdir gone; cd gone");
      await run("rm -rf ../gone; exit 0");
      expect((await run("pwd")).output).toBe(`${sandbox.root}\n`);
    });

    test("has a fellow that knows nothing of it", async () => {
      const { run, sandbox } = await openShell();
      const other = await sandbox.openShell();
      await run("X=1; cd src");
      expect(text((await other.run("echo [$X]; pwd")).output)).toBe(`[]\n${sandbox.root}\n`);
      await other.close();
      expect((await run("echo $X")).output).toBe("1\n");
    });
  });
}
