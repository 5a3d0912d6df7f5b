/**
 * Loaded before the program (`node --import`): the calls by which it writes files and starts processes pass by a plan first. The program
 * itself knows nothing of it.
 */
import childProcess from "node:child_process";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { die, note, pass, RUN, systemError } from "./disturb.ts";

const ASYNCHRONOUS = [
  "appendFile",
  "chmod",
  "copyFile",
  "cp",
  "link",
  "mkdir",
  "mkdtemp",
  "open",
  "rename",
  "rm",
  "rmdir",
  "symlink",
  "truncate",
  "unlink",
  "writeFile",
];
const SYNCHRONOUS = [...ASYNCHRONOUS.map((name) => `${name}Sync`), "writeSync", "fsyncSync", "fdatasyncSync"];
const OF_A_HANDLE = ["appendFile", "datasync", "sync", "truncate", "write", "writeFile", "writev"];
const OF_PROCESSES = ["spawn", "fork", "execFile", "spawnSync", "execFileSync"];

type Call = (...given: unknown[]) => unknown;

/** Replaces a function of a module or of a class by one that calls it. */
function replace(owner: object, name: string, replacement: (original: Call, self: unknown) => Call): void {
  const original: unknown = Reflect.get(owner, name);
  if (typeof original !== "function") throw new TypeError(`there is no ${name} to disturb`);
  Reflect.set(owner, name, function (this: unknown, ...given: unknown[]) {
    const call: Call = (...others) => Reflect.apply(original, this, others);
    return replacement(call, this)(...given);
  });
}

const isBytes = (value: unknown): value is string | Uint8Array =>
  typeof value === "string" || value instanceof Uint8Array;
const halfOf = (value: unknown): Buffer => {
  const bytes = isBytes(value) ? Buffer.from(value) : Buffer.alloc(0);
  return bytes.subarray(0, Math.ceil(bytes.length / 2));
};
/** What is printed is no file of ours. */
const isPrinting = (call: string, [descriptor]: readonly unknown[]): boolean =>
  call === "writeSync" && (descriptor === 1 || descriptor === 2);
const nameFrom = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const isReading = (call: string, [, flags]: readonly unknown[]): boolean =>
  call.startsWith("open") &&
  (flags === undefined ||
    flags === "r" ||
    (typeof flags === "number" && (flags & 3) === fs.constants.O_RDONLY));

/** The plan's part in a call; `writeHalf` for calls that write bytes. */
function disturbed(call: string, file: string | undefined, original: Call, writeHalf?: Call): Call {
  return (...given) => {
    const disturbance = pass(call, file);
    if (disturbance === undefined) return original(...given);
    if (disturbance === "ENOSPC" || disturbance === "EIO") throw systemError(disturbance, call);
    if (disturbance === "half") writeHalf?.(...given);
    if (disturbance === "before" || (disturbance === "half" && writeHalf !== undefined)) die();
    const result = original(...given);
    if (result instanceof Promise) return result.then(die);
    return die();
  };
}

const writeSync = fs.writeSync;
const writeFileSync = fs.writeFileSync;
const paths = new WeakMap<object, { readonly file: string; unflushed: Buffer[] }>();

// Node's own calls of one another, as of `openSync` in `writeFileSync`, are one.
let inside = false;
for (const name of SYNCHRONOUS) {
  replace(fs, name, (original) => (...given) => {
    if (inside || isReading(name, given) || isPrinting(name, given)) return original(...given);
    const file = nameFrom(given[0]);
    const half: Call | undefined =
      file !== undefined && name === "writeFileSync"
        ? () => writeFileSync(file, halfOf(given[1]))
        : undefined;
    inside = true;
    try {
      return disturbed(name, file, original, half)(...given);
    } finally {
      inside = false;
    }
  });
}

for (const name of ASYNCHRONOUS) {
  replace(fs.promises, name, (original) => async (...given) => {
    const file = nameFrom(given[0]);
    if (isReading(name, given)) return original(...given);
    const half: Call | undefined =
      file !== undefined && name === "writeFile" ? () => writeFileSync(file, halfOf(given[1])) : undefined;
    const result = await disturbed(name, file, original, half)(...given);
    if (name === "open" && file !== undefined && typeof result === "object" && result !== null)
      paths.set(result, { file, unflushed: [] });
    return result;
  });
}

const { promises } = fs;
const sample = await promises.open(process.execPath, "r");
const handleClass: object = Object.getPrototypeOf(sample);
await sample.close();
for (const name of OF_A_HANDLE) {
  replace(handleClass, name, (original, self) => async (...given) => {
    const known = typeof self === "object" && self !== null ? paths.get(self) : undefined;
    const descriptor: unknown = typeof self === "object" && self !== null ? Reflect.get(self, "fd") : -1;
    const half: Call | undefined = isBytes(given[0])
      ? () => writeSync(Number(descriptor), halfOf(given[0]))
      : undefined;
    const result = await disturbed(`handle.${name}`, known?.file, original, half)(...given);
    if (known === undefined) return result;
    if (isBytes(given[0])) known.unflushed.push(Buffer.from(given[0]));
    else if (name === "truncate") known.unflushed = [];
    else if (name === "datasync" || name === "sync") acknowledge(known);
    return result;
  });
}

/** Only what is appended stays where it is. */
function acknowledge(known: { readonly file: string; unflushed: Buffer[] }): void {
  const { file, unflushed } = known;
  known.unflushed = [];
  if (!/\.(jsonl|jsonl\.gz)$/.test(file) || !file.startsWith(RUN)) return;
  for (const bytes of unflushed) note({ type: "acknowledged", file, bytes: bytes.toString("base64") });
}

for (const name of OF_PROCESSES)
  replace(
    childProcess,
    name,
    (original) =>
      (...given) =>
        disturbed(name, undefined, original)(...given),
  );

syncBuiltinESMExports();
