/**
 * The system calls that nothing inside needs and that reach far into the kernel or beyond the sandbox, as a filter program
 * (classic BPF over `struct seccomp_data`, seccomp(2)). User namespaces and capabilities forbid most of it already; this
 * stands behind them. Refused calls fail with EPERM, ones with an older fallback (`clone3`, io_uring) with ENOSYS.
 */
interface Machine {
  /** AUDIT_ARCH_… of linux/audit.h. */
  readonly audit: number;
  readonly refused: readonly number[];
  readonly clone: number;
  readonly ioctl: number;
  /** `socket` and `socketpair`, whose first argument is a family. */
  readonly sockets: readonly number[];
  /** Whether bit 30 of a call's number marks another calling convention (x32). */
  readonly x32: boolean;
}

// Same numbers on every machine: open_tree, move_mount, fsopen, fsconfig, fsmount, fspick, pidfd_getfd, mount_setattr, quotactl_fd, open_tree_attr.
const REFUSED_EVERYWHERE = [428, 429, 430, 431, 432, 433, 438, 442, 443, 467];
// clone3 (its flags are in memory, which a filter cannot read), io_uring_setup, _enter, _register.
const ABSENT_EVERYWHERE = [435, 425, 426, 427];

const MACHINES: Readonly<Record<string, Machine>> = {
  x64: {
    audit: 0xc000003e,
    refused: [
      101, 310, 311, 312, 165, 166, 155, 161, 308, 272, 248, 249, 250, 321, 298, 323, 246, 320, 303, 304, 175,
      313, 176, 174, 177, 178, 167, 168, 169, 163, 164, 227, 305, 179, 103, 212, 172, 173, 154, 180, 134, 156,
      153, 256, 279, 300, 170, 171,
    ],
    clone: 56,
    ioctl: 16,
    sockets: [41, 53],
    x32: true,
  },
  arm64: {
    audit: 0xc00000b7,
    refused: [
      117, 270, 271, 272, 40, 39, 41, 51, 268, 97, 217, 218, 219, 280, 241, 282, 104, 294, 264, 265, 105, 273,
      106, 224, 225, 142, 89, 170, 112, 266, 60, 116, 18, 42, 58, 238, 239, 262, 161, 162,
    ],
    clone: 220,
    ioctl: 29,
    sockets: [198, 199],
    x32: false,
  },
};

const KILL = 0x80000000;
const ALLOW = 0x7fff0000;
const errno = (code: number) => 0x00050000 | code;
const EPERM = errno(1);
const ENOSYS = errno(38);
const EAFNOSUPPORT = errno(97);

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET. */
const NAMESPACE_FLAGS = 0x7e020000;
/** TIOCSTI and TIOCLINUX put words into a terminal's input. */
const TERMINAL_INPUT = [0x5412, 0x541c];
/** Local, IPv4, IPv6, netlink. Others are not all confined by a network namespace: vsock reaches a virtual machine's host. */
const SOCKET_FAMILIES = [1, 2, 10, 16];

// Offsets in `struct seccomp_data`: the call's number, the machine, the low halves of two arguments.
const NUMBER = 0;
const AUDIT = 4;
const ARGUMENT_0 = 16;
const ARGUMENT_1 = 24;

type Instruction = readonly [code: number, whenTrue: number, whenFalse: number, value: number];

const load = (offset: number): Instruction => [0x20, 0, 0, offset];
const mask = (bits: number): Instruction => [0x54, 0, 0, bits];
const end = (result: number): Instruction => [0x06, 0, 0, result];
const ifEqual = (value: number, whenTrue: number, whenFalse: number): Instruction => [
  0x15,
  whenTrue,
  whenFalse,
  value,
];
const ifAtLeast = (value: number, whenTrue: number, whenFalse: number): Instruction => [
  0x35,
  whenTrue,
  whenFalse,
  value,
];

/** The filter for a kind of processor (`process.arch`), or undefined where none is known. */
export function seccompFilter(arch: string): Uint8Array | undefined {
  const machine = MACHINES[arch];
  if (machine === undefined) return undefined;
  const program: Instruction[] = [load(AUDIT), ifEqual(machine.audit, 1, 0), end(KILL), load(NUMBER)];
  if (machine.x32) program.push(ifAtLeast(0x40000000, 0, 1), end(KILL));
  for (const call of [...machine.refused, ...REFUSED_EVERYWHERE])
    program.push(ifEqual(call, 0, 1), end(EPERM));
  for (const call of ABSENT_EVERYWHERE) program.push(ifEqual(call, 0, 1), end(ENOSYS));
  program.push(
    ...onlyFor(machine.clone, [
      load(ARGUMENT_0),
      mask(NAMESPACE_FLAGS),
      ifEqual(0, 0, 1),
      end(ALLOW),
      end(EPERM),
    ]),
  );
  program.push(
    ...onlyFor(machine.ioctl, [
      load(ARGUMENT_1),
      ...TERMINAL_INPUT.flatMap((request) => [ifEqual(request, 0, 1), end(EPERM)]),
      end(ALLOW),
    ]),
  );
  const byFamily = [
    load(ARGUMENT_0),
    ...SOCKET_FAMILIES.flatMap((family) => [ifEqual(family, 0, 1), end(ALLOW)]),
    end(EAFNOSUPPORT),
  ];
  for (const call of machine.sockets) program.push(...onlyFor(call, byFamily));
  program.push(end(ALLOW));
  return encode(program);
}

/** Steps for one call; every path through them ends. */
function onlyFor(call: number, steps: readonly Instruction[]): Instruction[] {
  return [ifEqual(call, 0, steps.length), ...steps];
}

function encode(program: readonly Instruction[]): Uint8Array {
  const bytes = Buffer.alloc(program.length * 8);
  program.forEach(([code, whenTrue, whenFalse, value], index) => {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(whenTrue, index * 8 + 2);
    bytes.writeUInt8(whenFalse, index * 8 + 3);
    bytes.writeUInt32LE(value >>> 0, index * 8 + 4);
  });
  return bytes;
}
