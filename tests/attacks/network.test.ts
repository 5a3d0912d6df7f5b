import dgram from "node:dgram";
import { once } from "node:events";
import { chmodSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createArena, expectUnharmed, newToken, text } from "./setup.ts";

const arena = createArena();
const token = newToken();
const abstract = `\0${token}`;

let heard = 0;
const onConnection = (socket: net.Socket) => {
  heard++;
  socket.end(token);
};
const tcp = net.createServer(onConnection);
const local = net.createServer(onConnection);
const file = net.createServer(onConnection);
const udp = dgram.createSocket({ type: "udp6", ipv6Only: false });
const port = () => (tcp.address() as net.AddressInfo).port;
const socketFile = path.join(arena.folder, "service.sock");

// What an attack would talk to: a service of the host on all its addresses, by name and by file.
beforeAll(async () => {
  udp.on("message", () => heard++);
  chmodSync(arena.folder, 0o755);
  tcp.listen(0, "::");
  local.listen({ path: abstract });
  file.listen({ path: socketFile, writableAll: true, readableAll: true });
  await Promise.all([tcp, local, file].map((server) => once(server, "listening")));
  udp.bind(port(), "::");
  await once(udp, "listening");
});

afterAll(() => {
  for (const server of [tcp, local, file]) server.close();
  udp.close();
});

// The last two of a link-local and of a broadcast address.
const UNREACHABLE = ["ECONNREFUSED", "ENETUNREACH", "EADDRNOTAVAIL", "EINVAL", "EACCES"];

const addresses = () => [
  "127.0.0.1",
  "::1",
  "0.0.0.0",
  ...Object.values(os.networkInterfaces()).flatMap((list) => (list ?? []).map((item) => item.address)),
];

describe("reaching the host's services", () => {
  test("works from the host itself, or the others would prove nothing", async () => {
    for (const target of [{ host: "127.0.0.1", port: port() }, { path: abstract }, { path: socketFile }]) {
      const socket = net.connect(target);
      expect(Buffer.from((await once(socket, "data"))[0]).toString()).toBe(token);
      socket.destroy();
    }
  });

  test("fails over TCP and UDP, on every address of it", async () => {
    const target = await arena.open();
    const before = heard;
    const told = await target.python(
      `port = int(sys.argv[1])
for address in sys.argv[2:]:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        s = socket.socket(family, kind)
        s.settimeout(2)
        def talk():
            s.connect((address, port))
            s.send(b"hello")
            s.recv(100)
        print(attempt(talk))`,
      String(port()),
      ...addresses(),
    );
    const results = told.split("\n");
    expect(results).toHaveLength(2 * addresses().length);
    for (const result of results) expect(UNREACHABLE).toContain(result);
    expect(heard).toBe(before);
  });

  test("fails over abstract sockets and socket files", async () => {
    const target = await arena.open();
    const before = heard;
    const told = await target.python(
      `for address in ("\\0" + sys.argv[1], sys.argv[2], "/run/docker.sock", "/run/dbus/system_bus_socket"):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        print(attempt(lambda: socket.socket(socket.AF_UNIX, kind).connect(address)))`,
      token,
      socketFile,
    );
    const results = told.split("\n");
    expect(new Set(results.slice(0, 3))).toEqual(new Set(["ECONNREFUSED"]));
    expect(new Set(results.slice(3))).toEqual(new Set(["ENOENT"]));
    expect(heard).toBe(before);
  });
});

describe("reaching the world", () => {
  test("fails by address and by name", async () => {
    const target = await arena.open();
    const told = await target.python(
      `for address in ("192.0.2.1", "8.8.8.8", "169.254.169.254", "10.0.0.1", "255.255.255.255", "2001:db8::1", "fe80::1"):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        s = socket.socket(family, kind)
        s.settimeout(2)
        print(attempt(lambda: s.connect((address, 53))))
print(attempt(lambda: socket.getaddrinfo("example.org", 80)))`,
    );
    for (const result of told.split("\n").slice(0, -1)) expect(UNREACHABLE).toContain(result);
    expect(told.split("\n").at(-1)).not.toBe("done");
  });

  test("has no device to go through, and none can be made", async () => {
    const target = await arena.open();
    expect(await target.say("tail -n +3 /proc/net/dev | grep -v '^ *lo:'; tail -n +2 /proc/net/route")).toBe(
      "",
    );
    const told = await target.python(
      `import struct
def make_device():
    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    kind = struct.pack("HH", 9, 1) + b"dummy\\0\\0\\0"
    info = struct.pack("HH", 4 + len(kind), 18) + kind
    body = struct.pack("BBHiII", 0, 0, 0, 0, 0, 0) + info
    s.send(struct.pack("IHHII", 16 + len(body), 16, 0x605, 1, 0) + body)
    error = struct.unpack("i", s.recv(4096)[16:20])[0]
    if error: raise OSError(-error, "")
print(attempt(make_device))
print(attempt(lambda: open("/dev/net/tun")))`,
    );
    expect(told).toBe("EPERM\nENOENT");
  });

  test("has no raw, packet, virtual machine or other odd socket", async () => {
    const target = await arena.open();
    const told = await target.python(
      `for family in range(46):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
        if attempt(lambda: socket.socket(family, kind)) == "done": print(family, int(kind))
print(attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)))`,
    );
    // Local, IPv4, IPv6 and netlink, and of these only what needs no privilege.
    const families = told
      .split("\n")
      .slice(0, -1)
      .map((line) => Number(line.split(" ")[0]));
    expect([...new Set(families)].filter((family) => ![1, 2, 10, 16].includes(family))).toEqual([]);
    expect(told.split("\n")).not.toContain("2 3");
    expect(told.split("\n").at(-1)).toBe("EPERM");
  });

  test("has no pair of odd sockets either", async () => {
    const target = await arena.open();
    const told = await target.python(
      `for family in range(46):
    if family not in (1, 2, 10, 16): print(attempt(lambda: socket.socketpair(family)))
print(attempt(lambda: socket.socketpair()))`,
    );
    // Another error would come from within the kernel, which had made the sockets by then.
    expect(new Set(told.split("\n").slice(0, -1))).toEqual(new Set(["EAFNOSUPPORT"]));
    expect(told.split("\n").at(-1)).toBe("done");
  });
});

test("sandboxes do not reach each other's services", async () => {
  const [target, neighbour] = [await arena.open(), await arena.open()];
  const shell = await neighbour.sandbox.openShell();
  const service = `import socket, time
tcp = socket.create_server(("127.0.0.1", 4321))
local = socket.socket(socket.AF_UNIX); local.bind("\\0meeting"); local.listen()
file = socket.socket(socket.AF_UNIX); file.bind("/tmp/meeting"); file.listen()
open("/tmp/ready", "w").close(); time.sleep(1000)`;
  await neighbour.sandbox.write("/tmp/service.py", Buffer.from(service));
  await shell.run("python3 /tmp/service.py & until [ -e /tmp/ready ]; do sleep 0.05; done", {
    timeoutMs: 20_000,
  });
  const program = `print(attempt(lambda: socket.create_connection(("127.0.0.1", 4321), 2)))
for address in ("\\0meeting", "/tmp/meeting"): print(attempt(lambda: socket.socket(socket.AF_UNIX).connect(address)))`;
  await neighbour.sandbox.write(
    "/tmp/client.py",
    Buffer.from(`import socket
socket.create_connection(("127.0.0.1", 4321), 2); socket.socket(socket.AF_UNIX).connect("\\0meeting"); print("met")`),
  );
  expect(text((await shell.run("python3 /tmp/client.py", { timeoutMs: 20_000 })).output)).toBe("met\n");
  expect(await target.python(program)).toBe("ECONNREFUSED\nECONNREFUSED\nENOENT");
  await expectUnharmed(neighbour);
});
