import { open, readdir, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { listFolder, writeFileDurably } from "../../base/files.ts";
import { BLOCK, tarOf, type TarMember } from "../../base/tar.ts";
import { type TarEntry, untar } from "../../base/untar.ts";
import { attemptFolder, EXCHANGES, packsFolder } from "./layout.ts";

/** Where an attempt's part of a pack is: its first byte and how many there are. */
export interface PackPart {
  readonly pack: string;
  readonly offset: number;
  readonly bytes: number;
}

/** Smaller files are read as they are by `tar xf`; compressing them gains nothing. */
const SMALLEST_COMPRESSED = 4096;
const COMPRESSED = ".gz";
/** Two empty blocks end an archive. */
const END = Buffer.alloc(2 * BLOCK);

export const packFile = (run: string, pack: string) => path.join(packsFolder(run), pack);

/** The `number`-th, from 1. */
export function packName(number: number): string {
  return `${String(number).padStart(6, "0")}.tar`;
}

/** Writes a pack of attempts, each with its files; returns `[id, offset, bytes]` of each, as the ledger says it. */
export async function writePack(
  run: string,
  pack: string,
  attempts: AsyncIterable<readonly [id: string, files: readonly TarMember[]]>,
): Promise<[string, number, number][]> {
  const parts: [string, number, number][] = [];
  let offset = 0;
  await writeFileDurably(packFile(run, pack), async (handle) => {
    for await (const [id, members] of attempts) {
      const archive = Buffer.concat([...tarOf(members)]);
      const part = archive.subarray(0, archive.length - END.length);
      await handle.writeFile(part);
      parts.push([id, offset, part.length]);
      offset += part.length;
    }
    await handle.writeFile(END);
  });
  return parts;
}

/** What a pack takes of a loose attempt; undefined where its folder is gone or holds anything but plain files. */
export async function membersOf(run: string, attempt: string): Promise<TarMember[] | undefined> {
  const folder = attemptFolder(run, attempt);
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined || !entries.every((entry) => entry.isFile())) return undefined;
  const members: TarMember[] = [];
  for (const name of entries.map((entry) => entry.name).sort()) {
    const file = path.join(folder, name);
    members.push(await memberOf(attempt, name, await readFile(file), (await stat(file)).mtime));
  }
  return members;
}

export async function memberOf(
  attempt: string,
  name: string,
  content: Buffer,
  date: Date,
): Promise<TarMember> {
  const squeeze = name !== EXCHANGES && (content.length >= SMALLEST_COMPRESSED || name.endsWith(COMPRESSED));
  return {
    path: `${attempt}/${name}${squeeze ? COMPRESSED : ""}`,
    kind: "file",
    mode: 0o644,
    date,
    content: squeeze ? await promisify(gzip)(content) : content,
  };
}

/** An attempt's files as they were when they lay loose. */
export async function readPart(run: string, { pack, offset, bytes }: PackPart): Promise<Map<string, Buffer>> {
  const handle = await open(packFile(run, pack), "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, offset);
    const files = new Map<string, Buffer>();
    for (const entry of untar(buffer.subarray(0, bytesRead))) files.set(...(await looseAgain(entry)));
    return files;
  } finally {
    await handle.close();
  }
}

/** Exchanges are compressed where they lie loose too, so they keep their name. */
async function looseAgain({ path: place, content }: TarEntry): Promise<[string, Buffer]> {
  const name = place.slice(place.indexOf("/") + 1);
  if (name === EXCHANGES || !name.endsWith(COMPRESSED)) return [name, content];
  return [name.slice(0, -COMPRESSED.length), await promisify(gunzip)(content)];
}

/** Removes what a killed writer left in the folder of packs: all but the first `known`, which the ledger tells of. */
export async function removeUnknownPacks(run: string, known: number): Promise<void> {
  for (const name of (await listFolder(packsFolder(run))) ?? [])
    if (!(name === packName(Number.parseInt(name, 10)) && Number.parseInt(name, 10) <= known))
      await rm(packFile(run, name), { recursive: true });
}
