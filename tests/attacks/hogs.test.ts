import { beforeEach, describe, expect, test } from "vitest";
import { findGroups } from "../../src/sandboxes/namespaces/cgroups.ts";
import { createArena, eventually, expectUnharmed, newToken, processesWith, type Target } from "./setup.ts";

const arena = createArena();
const MEBIBYTE = 1024 * 1024;

let target: Target;
let neighbour: Target;
beforeEach(async () => {
  target = await arena.open();
  neighbour = await arena.open();
});

/** Lets a hog run until its deadline while others are at work, then ends its sandbox and looks for remains. */
async function endure(script: string, deadlineMs = 1500) {
  const word = newToken();
  const hog = target.sandbox.exec(["bash", "-c", script, word], {
    timeoutMs: deadlineMs,
    maxOutputBytes: 10_000,
  });
  await expectUnharmed(neighbour);
  const result = await hog;
  // What the kernel killed for want of memory may still be giving it back.
  await eventually(() => processesWith(word).length === 0);
  await expectUnharmed(target);
  await expectUnharmed(neighbour);
  await target.sandbox.stop();
  expect(target.traces()).toEqual([]);
  return result;
}

describe("held by its limit, with others unharmed:", () => {
  test("a fork bomb", async () => {
    expect(await endure("bomb() { bomb | bomb & }; bomb; wait; sleep 1000")).toMatchObject({ exitCode: 137 });
  });

  test("a fork bomb of which the sandbox's own shell is full", async () => {
    const shell = await target.sandbox.openShell();
    const forks = "import os, time\\nwhile True:\\n  try: os.fork()\\n  except OSError: time.sleep(0.2)";
    await shell.run(`python3 -c "$(printf '${forks}')" & sleep 0.5`, { timeoutMs: 15_000 });
    await expectUnharmed(neighbour);
    // Whatever comes of a program without room for it, it is the command's failure and not the sandbox's.
    const full = await target.sandbox.exec(["bash", "-c", "for i in $(seq 100); do sleep 100 & done; wait"], {
      timeoutMs: 1500,
    });
    expect(full.exitCode).not.toBe(0);
    await shell.close();
    await expectUnharmed(target);
  });

  test("processor time", async () => {
    expect(
      await endure("for i in 1 2 3 4; do (trap '' TERM INT; while :; do :; done) & done; wait"),
    ).toMatchObject({
      timedOut: true,
      exitCode: 137,
    });
  });

  test("memory, of one process", async () => {
    const result = await endure(
      `python3 -c "
b = []
for i in range(1024): b.append(bytearray(1 << 20))
print('took a gibibyte')"`,
      10_000,
    );
    expect(result.exitCode).not.toBe(0);
    expect(Buffer.from(result.stdout).toString()).toBe("");
  });

  test("memory, of many processes and of files without a name", async () => {
    const result = await endure(
      `for i in 1 2 3 4 5 6 7 8; do python3 -c "
import os
open('/proc/self/oom_score_adj', 'w').write('0')
file = os.memfd_create('hog')
for i in range(60): os.write(file, b'x' * (1 << 20))
b = bytearray(60 << 20)
print('took its part', flush=True)
import time; time.sleep(1000)" & done; wait`,
      8000,
    );
    const took = Buffer.from(result.stdout).toString().split("took its part").length - 1;
    // Without control groups only each process has a limit, and the level says so.
    if (findGroups()?.detail.includes("memory") === true) expect(took).toBeLessThan(3);
    else expect(findGroups()).toBe(undefined);
  });

  test("bytes on disk, in every place that can be written", async () => {
    const told = await target.say(`for place in . /tmp /var/tmp "$HOME" /dev/shm .git; do
        head -c 40000000 /dev/zero > "$place/hog" 2>/dev/null && echo "$place took it all"
      done; cat ./hog /tmp/hog "$HOME/hog" /dev/shm/hog .git/hog | wc -c`);
    expect(Number(told.split("\n").at(-1))).toBeLessThanOrEqual(48 * MEBIBYTE);
    expect(told.split("took it all").length - 1).toBeLessThanOrEqual(1);
    await expectUnharmed(neighbour);
    expect(
      await target.say(
        "cat README.md; rm -f hog /tmp/hog ~/hog /dev/shm/hog .git/hog; echo room > README.md; cat README.md",
      ),
    ).toBe("# Project\nroom");
  });

  test("names on disk", async () => {
    const told = await target.python(`os.mkdir("/tmp/many")
open("/tmp/many/first", "w").close()
def fill():
    for number in range(1_000_000): os.link("/tmp/many/first", f"/tmp/many/{number}")
print(attempt(fill))`);
    expect(told).toBe("ENOSPC");
    await expectUnharmed(neighbour);
    await target.run("rm -r /tmp/many");
    await expectUnharmed(target);
  });

  test("one file's size", async () => {
    expect(
      await target.python(`import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
print(attempt(lambda: os.truncate(os.open("big", os.O_CREAT | os.O_RDWR), 1 << 40)))`),
    ).toBe("EFBIG");
  });

  test.each(["yes", "yes >&2", "cat /dev/zero", "yes & yes >&2 & wait", "while :; do echo; done"])(
    "output: %s",
    async (script) => {
      const result = await endure(script, 10_000);
      expect(result.exitCode).toBe(137);
      expect(result.stdout.length + result.stderr.length).toBeLessThanOrEqual(20_000);
      expect(result.droppedBytes).toBeGreaterThan(0);
    },
  );

  test("open files", async () => {
    const program = `count = 0
def fill():
    global count
    while True: os.open("README.md", os.O_RDONLY); count += 1
print(attempt(fill), count < 4096)`;
    expect(await target.python(program)).toBe("EMFILE True");
    const script =
      'for i in $(seq 20); do (for n in $(seq 10 1000); do eval "exec $n<README.md" || break; done; sleep 1000) & done 2>/dev/null; wait';
    expect(await endure(script)).toMatchObject({ timedOut: true });
  });

  test("pipes full of what nobody reads", async () => {
    const script = `for i in 1 2 3 4; do python3 -c "
import os
while True:
    r, w = os.pipe(); os.set_blocking(w, False)
    try: os.write(w, b'x' * 65536)
    except BlockingIOError: pass" & done; wait; sleep 1000`;
    expect(await endure(script, 2500)).toMatchObject({ exitCode: 137 });
  });

  test("terminals, of all its programs together", async () => {
    const shell = await target.sandbox.openShell();
    const program = `import os, time
count = 0
try:
    while True: os.open("/dev/ptmx", os.O_RDWR | os.O_NOCTTY); count += 1
except OSError: open("/tmp/full", "w").write(str(count)); time.sleep(1000)`;
    await target.sandbox.write("/tmp/hog.py", Buffer.from(program));
    await shell.run("python3 /tmp/hog.py & until [ -e /tmp/full ]; do sleep 0.05; done", {
      timeoutMs: 15_000,
    });
    const openOne = "print(attempt(lambda: os.close(os.openpty()[0])))";
    expect(await target.say("cat /tmp/full")).toBe("64");
    expect(await target.python(openOne)).toBe("ENOSPC");
    expect(await neighbour.python(openOne)).toBe("done");
    await shell.close();
    expect(await target.python(openOne)).toBe("done");
    expect(await target.say("script -qec 'tty; stty size' /dev/null | head -1")).toMatch(/^\/dev\/pts\/\d+/);
  });

  test("its own way in: a repository that may not be entered is no failure of the sandbox", async () => {
    const { sandbox } = target;
    await sandbox.write("src/app.py", Buffer.from("changed = 1\n"));
    await target.run("chmod 000 src /tmp ~ /dev/shm . /dev/pts");
    expect(await sandbox.exec(["true"])).toMatchObject({ exitCode: 126, timedOut: false });
    expect(await sandbox.exec(["true"], { cwd: "src" })).toMatchObject({ exitCode: 126 });
    expect(await sandbox.exec(["true"], { cwd: "/" })).toMatchObject({ exitCode: 0 });
    for (const place of ["README.md", "src/app.py", "src/missing", "/tmp/file"]) {
      await expect(sandbox.read(place)).rejects.toMatchObject({ code: "not-permitted" });
      await expect(sandbox.write(place, Buffer.from("x"))).rejects.toMatchObject({ code: "not-permitted" });
    }
    const shell = await sandbox.openShell();
    expect(await shell.run("true")).toMatchObject({ exitCode: 0, cwd: "/" });
    expect(Buffer.from(await sandbox.changes()).toString()).toContain("+changed = 1\n");
  });

  test("its own way in, from which its shell finds back", async () => {
    const shell = await target.sandbox.openShell();
    expect(await shell.run("chmod 000 .; exit 1")).toMatchObject({ restarted: true });
    const { root } = target.sandbox;
    expect(await shell.run(`chmod 755 ${root}; cd ${root}; cat README.md`)).toMatchObject({
      exitCode: 0,
      cwd: root,
    });
    await expectUnharmed(target);
  });
});
