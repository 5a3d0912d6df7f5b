import { readFile, statfs } from "node:fs/promises";

/** Below one of these, no attempt is begun: it would only break. */
export interface Floors {
  /** Bytes of each file system that attempts write to. */
  readonly diskBytes: number;
  readonly inodes: number;
  readonly memoryBytes: number;
}

const DEFAULT_FLOORS: Floors = { diskBytes: 512 * 2 ** 20, inodes: 10_000, memoryBytes: 512 * 2 ** 20 };
/** Of a file system, so that a small one is not below the floor from the start; only where no floor was asked for. */
const SHARE = 1 / 20;

export interface Room {
  readonly places: readonly {
    readonly folder: string;
    readonly bytes: Amount;
    /** Absent where the file system makes them as it needs them. */
    readonly inodes?: Amount;
  }[];
  /** Available bytes; absent where the system does not say. */
  readonly memoryBytes?: number;
}

interface Amount {
  readonly free: number;
  readonly all: number;
}

/** What there is too little of, in words; undefined when there is room. */
export function shortOf({ places, memoryBytes }: Room, asked: Partial<Floors>): string | undefined {
  for (const { folder, bytes, inodes } of places) {
    const floor = asked.diskBytes ?? Math.min(DEFAULT_FLOORS.diskBytes, bytes.all * SHARE);
    if (bytes.free < floor)
      return `${mebibytes(bytes.free)} are free in ${folder}, and ${mebibytes(floor)} are kept free`;
    if (inodes === undefined) continue;
    const files = Math.floor(asked.inodes ?? Math.min(DEFAULT_FLOORS.inodes, inodes.all * SHARE));
    if (inodes.free < files)
      return `${inodes.free} files can be made in ${folder}, and ${files} are kept free`;
  }
  const memory = asked.memoryBytes ?? DEFAULT_FLOORS.memoryBytes;
  if (memoryBytes !== undefined && memoryBytes < memory)
    return `${mebibytes(memoryBytes)} of memory are available, and ${mebibytes(memory)} are kept free`;
  return undefined;
}

/** How much room this machine has; a folder that is not there (yet) is passed over. */
export async function measureRoom(folders: readonly string[]): Promise<Room> {
  const places = await Promise.all(
    folders.map(async (folder) => {
      const stats = await statfs(folder).catch(() => undefined);
      if (stats === undefined) return [];
      const { bavail, blocks, bsize, files, ffree } = stats;
      const bytes = { free: bavail * bsize, all: blocks * bsize };
      return [{ folder, bytes, ...(files === 0 ? {} : { inodes: { free: ffree, all: files } }) }];
    }),
  );
  const memoryBytes = await availableMemory();
  return { places: places.flat(), ...(memoryBytes === undefined ? {} : { memoryBytes }) };
}

async function availableMemory(): Promise<number | undefined> {
  const text = await readFile("/proc/meminfo", "utf8").catch(() => "");
  const found = /^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1];
  return found === undefined ? undefined : Number(found) * 1024;
}

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(bytes < 10 * 2 ** 20 ? 2 : 0)} MiB`;
