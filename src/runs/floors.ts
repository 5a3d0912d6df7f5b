import { readFile, statfs } from "node:fs/promises";

/** Below one of these, no attempt is begun: it would only break. */
export interface Floors {
  /** Bytes of each file system that attempts write to. */
  readonly diskBytes: number;
  readonly inodes: number;
  readonly memoryBytes: number;
}

export const DEFAULT_FLOORS: Floors = {
  diskBytes: 512 * 2 ** 20,
  inodes: 10_000,
  memoryBytes: 512 * 2 ** 20,
};

export interface Room {
  readonly places: readonly {
    readonly folder: string;
    readonly freeBytes: number;
    /** Infinity where the file system makes them as it needs them. */
    readonly freeInodes: number;
  }[];
  /** Infinity where the system does not say. */
  readonly memoryBytes: number;
}

/** What there is too little of, in words; undefined when there is room. */
export function shortOf({ places, memoryBytes }: Room, floors: Floors): string | undefined {
  for (const { folder, freeBytes, freeInodes } of places) {
    if (freeBytes < floors.diskBytes)
      return `${mebibytes(freeBytes)} are free in ${folder}, and ${mebibytes(floors.diskBytes)} are kept free`;
    if (freeInodes < floors.inodes)
      return `${freeInodes} files can be made in ${folder}, and ${floors.inodes} are kept free`;
  }
  if (memoryBytes < floors.memoryBytes)
    return `${mebibytes(memoryBytes)} of memory are available, and ${mebibytes(floors.memoryBytes)} are kept free`;
  return undefined;
}

/** How much room this machine has; a folder that is not there (yet) is passed over. */
export async function measureRoom(folders: readonly string[]): Promise<Room> {
  const places = await Promise.all(
    folders.map(async (folder) => {
      const stats = await statfs(folder).catch(() => undefined);
      if (stats === undefined) return [];
      const freeInodes = stats.files === 0 ? Infinity : stats.ffree;
      return [{ folder, freeBytes: stats.bavail * stats.bsize, freeInodes }];
    }),
  );
  return { places: places.flat(), memoryBytes: await availableMemory() };
}

async function availableMemory(): Promise<number> {
  const text = await readFile("/proc/meminfo", "utf8").catch(() => "");
  const found = /^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1];
  return found === undefined ? Infinity : Number(found) * 1024;
}

const mebibytes = (bytes: number) => `${Math.floor(bytes / 2 ** 20)} MiB`;
