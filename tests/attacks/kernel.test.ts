import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { createArena, expectUnharmed, type Target, text } from "./setup.ts";

const arena = createArena();
let target: Target;
beforeEach(async () => {
  target = await arena.open();
});

// Numbers of system calls: x86-64, 64-bit ARM; none where a machine lacks the call.
const CALLS: Readonly<Record<string, readonly [number, number | undefined, ...unknown[]]>> = {
  mount: [165, 40, 0, 0, 0, 0, 0],
  umount2: [166, 39, 0, 0],
  pivot_root: [155, 41, 0, 0],
  chroot: [161, 51, 0],
  open_tree: [428, 428, -100, 0, 1],
  move_mount: [429, 429, -100, 0, -100, 0, 0],
  fsopen: [430, 430, 0, 0],
  mount_setattr: [442, 442, -100, 0, 0, 0, 0],
  unshare_user: [272, 97, 0x10000000],
  unshare_mount: [272, 97, 0x00020000],
  clone_user: [56, 220, 0x10000011, 0, 0, 0, 0],
  clone_mount: [56, 220, 0x00020011, 0, 0, 0, 0],
  clone3: [435, 435, 0, 0],
  setns: [308, 268, 0, 0],
  ptrace_traceme: [101, 117, 0, 0, 0, 0],
  ptrace_attach: [101, 117, 16, 1, 0, 0],
  process_vm_readv: [310, 270, 1, 0, 0, 0, 0, 0],
  process_vm_writev: [311, 271, 1, 0, 0, 0, 0, 0],
  kcmp: [312, 272, 1, 1, 0, 0, 0],
  pidfd_getfd: [438, 438, 0, 0, 0],
  add_key: [248, 217, 0, 0, 0, 0, 0],
  request_key: [249, 218, 0, 0, 0, 0],
  keyctl: [250, 219, 0, 0, 0, 0, 0],
  bpf: [321, 280, 0, 0, 0],
  perf_event_open: [298, 241, 0, 0, -1, -1, 0],
  userfaultfd: [323, 282, 0],
  io_uring_setup: [425, 425, 1, 0],
  io_uring_enter: [426, 426, 0, 0, 0, 0, 0],
  io_uring_register: [427, 427, 0, 0, 0, 0],
  open_by_handle_at: [304, 265, 0, 0, 0],
  name_to_handle_at: [303, 264, 0, 0, 0, 0, 0],
  fanotify_init: [300, 262, 0, 0],
  init_module: [175, 105, 0, 0, 0],
  finit_module: [313, 273, 0, 0, 0],
  delete_module: [176, 106, 0, 0],
  kexec_load: [246, 104, 0, 0, 0, 0],
  reboot: [169, 142, 0, 0, 0, 0],
  swapon: [167, 224, 0, 0],
  swapoff: [168, 225, 0],
  acct: [163, 89, 0],
  syslog: [103, 116, 3, 0, 0],
  settimeofday: [164, 170, 0, 0],
  clock_settime: [227, 112, 0, 0],
  sethostname: [170, 161, 0, 0],
  quotactl: [179, 60, 0, 0, 0, 0],
  iopl: [172, undefined, 3],
  ioperm: [173, undefined, 0, 1, 1],
  modify_ldt: [154, undefined, 0, 0, 0],
};

describe("system calls that reach beyond the sandbox are refused:", () => {
  test("mounts, namespaces, tracing, keyrings, kernel programs and modules, clocks", async () => {
    const arm64 = process.arch === "arm64";
    const calls = Object.entries(CALLS).map(
      ([name, [x64, other, ...words]]) =>
        `    "${name}": (${[(arm64 ? other : x64) ?? -1, ...words].join(", ")},),`,
    );
    const program = `for label, words in {\n${calls.join("\n")}\n}.items():
    # Each in a process of its own: one that is let through might end or change it.
    if (child := os.fork()) == 0:
        print(label, call(*words), flush=True)
        os._exit(0)
    os.waitpid(child, 0)`;
    const told = (await target.python(program)).split("\n");
    expect(told).toHaveLength(calls.length);
    // EINVAL or EFAULT would mean that the kernel had gone in and looked at the arguments.
    expect(told.filter((line) => !/ (EPERM|ENOSYS)$/.test(line))).toEqual([]);
  });

  test("calls of a 32-bit program, which have other numbers", async () => {
    if (process.arch !== "x64") expect(process.arch).toBe("arm64");
    const program = `import mmap
code = mmap.mmap(-1, 4096, prot=7)
code.write(bytes([0xB8, 20, 0, 0, 0, 0xCD, 0x80, 0xC3]) if sys.argv[1] == "x64" else b"\\0" * 8)
ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()
print("went in")`;
    expect(await target.python(program, process.arch)).toBe("");
  });

  test("words put into a terminal's input", async () => {
    const program = `import fcntl, pty
outer, inner = pty.openpty()
for request in (0x5412, 0x541C, 0x100005412): print(call(${process.arch === "arm64" ? 29 : 16}, inner, ctypes.c_ulong(request), b"x"))`;
    expect(await target.python(program)).toBe("EPERM\nEPERM\nEPERM");
    expect(await target.say("(echo > /dev/tty) 2>&1 | grep -o 'No such device'")).toBe("No such device");
  });
});

describe("no program gains privileges:", () => {
  test("nobody's rights, none to gain", async () => {
    expect(
      await target.say(
        "id -u; id -g; grep -E '^(Cap...|NoNewPrivs|Seccomp):' /proc/self/status | cut -f2 | tr -d '0\\n'",
      ),
    ).toBe("1000\n1000\n12");
  });

  test("by set-user-id programs, the host's or its own", async () => {
    const told = await target.say(`
      cp /usr/bin/id ~/id; chmod 6755 ~/id; cp ~/id .; chmod 6755 id; ~/id -u; ./id -u
      for program in $(find /usr/bin /usr/sbin -perm -4000); do case $program in
        */su|*/sudo|*/pkexec|*/newgrp) "$program" -c id </dev/null 2>/dev/null | grep -o uid=0;; esac; done
      find / -xdev -perm /6000 -uid 0 2>/dev/null`);
    expect(told).toBe("1000\n1000");
  });

  test("by asking for another user", async () => {
    const told =
      await target.python(`for f in (os.setuid, os.setgid, os.seteuid): print(attempt(lambda: f(0)))
print(attempt(lambda: os.setgroups([0])), attempt(lambda: os.chown("README.md", 0, 0)), attempt(lambda: os.nice(-1)))`);
    expect(told.split(/\s/)).toHaveLength(6);
    expect(told).not.toContain("done");
  });

  test("by a file's capabilities", async () => {
    const capability = "01000002ffffffff00000000ffffffff00000000";
    expect(
      await target.python(
        `print(attempt(lambda: os.setxattr("README.md", "security.capability", bytes.fromhex("${capability}"))))`,
      ),
    ).toMatch(/^E/);
  });
});

const REMOUNTS = [
  "mount -o remount,rw /",
  "mount -o remount,rw /usr",
  "mount -o remount,rw,bind /dev",
  "mount --bind /tmp /usr",
  "mount -t tmpfs none /tmp",
  "mount -t proc none /proc",
  "mount -t overlay none -o lowerdir=/usr,upperdir=/tmp,workdir=/tmp /mnt",
  "umount -l /proc",
  "umount /usr",
  "unshare -Ur mount -o remount,rw /usr",
  "unshare -Urm true",
  "unshare -U true",
  "unshare -n true",
  "nsenter -t 1 -m true",
  "nsenter -t 1 -U true",
  "chroot /tmp /usr/bin/true",
  "bwrap --ro-bind / / true",
  "mknod /tmp/memory c 1 1",
  "mknod /tmp/disk b 254 0",
  "mknod whiteout c 0 0",
  "touch /usr/planted",
  "touch /etc/planted",
  "touch /planted",
  "touch /dev/planted",
  "chmod 666 /dev/null",
  "touch -d 2001-01-01 /dev/null",
];

test("what is mounted stays as it is, whatever is tried", async () => {
  const state = "cat /proc/self/mountinfo | cut -d ' ' -f 4-6; cat README.md";
  const before = await target.say(state);
  for (const command of REMOUNTS) {
    const result = await target.run(`${command}; code=$?; ${state}; exit $code`);
    expect(result.exitCode, command).not.toBe(0);
    expect(text(result.stdout).trim(), command).toBe(before);
  }
});

describe("settings of the host stay as they are:", () => {
  test("nothing of /proc/sys, no control group, no core pattern, no trigger", async () => {
    const files = [
      "/proc/sys/kernel/core_pattern",
      "/proc/sys/kernel/hostname",
      "/proc/sys/kernel/modprobe",
      "/proc/sys/kernel/yama/ptrace_scope",
      "/proc/sys/kernel/unprivileged_userns_clone",
      "/proc/sys/user/max_user_namespaces",
      "/proc/sys/vm/overcommit_memory",
      "/proc/sys/vm/drop_caches",
      "/proc/sys/net/ipv4/ip_forward",
      "/proc/sys/fs/binfmt_misc/register",
      "/proc/sysrq-trigger",
      "/proc/self/uid_map",
      "/proc/self/setgroups",
      "/proc/1/mem",
      "/proc/1/ns/user",
      "/proc/kcore",
      "/proc/acpi/wakeup",
      "/sys/kernel/uevent_helper",
      "/sys/fs/cgroup/cgroup.procs",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes",
      "/sys/kernel/debug/x",
    ];
    const before = readFileSync("/proc/sys/kernel/core_pattern", "utf8");
    for (const file of files) {
      const told = await target.python(
        `print(attempt(lambda: os.write(os.open(sys.argv[1], os.O_WRONLY), b"1")))`,
        file,
      );
      expect(told, file).toMatch(/^(EACCES|EPERM|ENOENT|EROFS|EINVAL|EIO|ENOTDIR)$/);
    }
    expect(readFileSync("/proc/sys/kernel/core_pattern", "utf8")).toBe(before);
    expect(
      await target.say("cat /proc/self/cgroup | cut -d: -f3 | sort -u; ls /sys 2>&1 | grep -o 'No such'"),
    ).toBe("/\nNo such");
  });

  test("no memory of the kernel is told", async () => {
    expect(
      await target.say(
        "grep -cv '^0000000000000000 ' /proc/kallsyms; dmesg 2>/dev/null; head -c 1 /proc/kmsg /proc/kcore /dev/mem /dev/kmsg 2>/dev/null",
      ),
    ).toMatch(/^0?$/);
  });

  test("one's own limits cannot be raised", async () => {
    const told = await target.python(`import resource
for limit in (resource.RLIMIT_NPROC, resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE, resource.RLIMIT_DATA, resource.RLIMIT_CORE):
    hard = resource.getrlimit(limit)[1]
    try: resource.setrlimit(limit, (hard + 1, hard + 1)); print("raised", limit)
    except (ValueError, OSError): pass
if attempt(lambda: os.write(os.open("/proc/self/oom_score_adj", os.O_WRONLY), b"-1000")) == "done": print("protected")`);
    expect(told).toBe("");
  });
});

test("another sandbox notices nothing of all that", async () => {
  const neighbour = await arena.open();
  await target.run(
    "mount -o remount,rw /usr; unshare -Ur true; kill -9 1; echo 1 > /proc/sysrq-trigger; chmod 777 /dev/* /",
  );
  await expectUnharmed(neighbour);
  await expectUnharmed(target);
});
