import { beforeEach, describe, expect, test } from "vitest";
import { createArena, eventually, expectUnharmed, newToken, processesWith, type Target } from "./setup.ts";

const arena = createArena();
let target: Target;
let neighbour: Target;
let word = "";
beforeEach(async () => {
  target = await arena.open();
  neighbour = await arena.open();
  word = newToken();
});

/** Programs that want to stay; each has the word among its arguments, by which the host knows it. */
const DAEMONS: Readonly<Record<string, string>> = {
  "in the background": "bash -c 'sleep 1000; true' WORD &",
  "without a terminal": "nohup bash -c 'sleep 1000; true' WORD >/dev/null 2>&1 &",
  "in a session of its own": "setsid bash -c 'sleep 1000; true' WORD >/dev/null 2>&1 &",
  disowned: "bash -c 'sleep 1000; true' WORD >/dev/null 2>&1 & disown -a",
  "forked twice": "(setsid bash -c '(sleep 1000; true) & sleep 1000' WORD </dev/null >/dev/null 2>&1 &)",
  "deaf to every signal": `python3 -c "
import os, signal, time
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
os.setsid() if os.fork() == 0 else os._exit(0)
if os.fork(): os._exit(0)
while True: time.sleep(1000)" WORD`,
  "that traps what it can":
    "bash -c \"trap '' TERM INT HUP QUIT; trap 'sleep 1000' EXIT; while :; do sleep 1; done\" WORD >/dev/null 2>&1 &",
  "that is stopped": "bash -c 'kill -STOP $$; sleep 1000' WORD >/dev/null 2>&1 &",
  "that starts anew all the time": `python3 -c "
import os, time
while True:
    if os.fork(): os._exit(0)
    os.setsid(); time.sleep(0.001)" WORD >/dev/null 2>&1 &`,
  "that waits in the kernel": "mkfifo /tmp/never; bash -c 'cat < /tmp/never' WORD >/dev/null 2>&1 &",
  "whose descriptors keep files open":
    "bash -c 'exec 5>>README.md 6</ 7<.; sleep 1000; true' WORD >/dev/null 2>&1 &",
};

function daemonScript(name: string): string {
  return (DAEMONS[name] ?? "").replaceAll("WORD", word);
}

describe.each(Object.keys(DAEMONS))("a daemon %s", (name) => {
  test("is gone when the sandbox is, and never knew", async () => {
    const shell = await target.sandbox.openShell();
    await shell.run(daemonScript(name), { timeoutMs: 15_000 });
    await eventually(() => processesWith(word).length > 0);
    await target.sandbox.stop();
    expect(processesWith(word)).toEqual([]);
    expect(target.traces()).toEqual([]);
    await expectUnharmed(neighbour);
  });
});

test("daemons of one command are gone when the command is, and when its time is over", async () => {
  const all = Object.keys(DAEMONS).map(daemonScript).join("\n");
  const ended = await target.sandbox.exec(["bash", "-c", all], { timeoutMs: 15_000 });
  expect(ended.timedOut).toBe(false);
  await eventually(() => processesWith(word).length === 0);
  const late = await target.sandbox.exec(["bash", "-c", `${all}\nwait; sleep 1000`, word], {
    timeoutMs: 2000,
  });
  expect(late.timedOut).toBe(true);
  expect(processesWith(word)).toEqual([]);
  await expectUnharmed(target);
});

test("daemons are gone before the changes are looked at, whatever they were just writing", async () => {
  const shell = await target.sandbox.openShell();
  const writer = `import os
n = 0
while True:
    n += 1
    with open("src/app.py", "w") as file: file.write(f"start = {n}\\n" + "# filler\\n" * 2000 + f"end = {n}\\n")
    os.rename("src/app.py", "src/moved.py"); os.rename("src/moved.py", "src/app.py")
    if n == 20: open("/tmp/going", "w").close()`;
  await target.sandbox.write("/tmp/writer.py", Buffer.from(writer));
  await shell.run(
    `python3 /tmp/writer.py ${word} & python3 /tmp/writer.py ${word} & until [ -e /tmp/going ]; do sleep 0.05; done`,
    {
      timeoutMs: 20_000,
    },
  );
  expect(processesWith(word).length).toBeGreaterThan(0);
  const changes = target.sandbox.changes();
  await changes;
  expect(processesWith(word)).toEqual([]);
  await expect(target.sandbox.exec(["true"])).rejects.toMatchObject({ code: "sandbox-stopped" });
  await expect(shell.run("true")).rejects.toMatchObject({ name: "SandboxError" });
  await expectUnharmed(neighbour);
});

test("a stop in the middle of a storm of starts leaves nothing", async () => {
  const storm = Array.from({ length: 12 }, () =>
    target.sandbox.exec(["bash", "-c", "setsid bash -c 'sleep 1000; true' $0 & sleep 1000", word]).then(
      () => "ended",
      (error: unknown) => (error instanceof Error ? error.name : "?"),
    ),
  );
  await eventually(() => processesWith(word).length > 3);
  await target.sandbox.stop();
  expect(new Set(await Promise.all(storm))).toEqual(new Set(["SandboxError"]));
  expect(processesWith(word)).toEqual([]);
  expect(target.traces()).toEqual([]);
  await expectUnharmed(neighbour);
});
