import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, realpath, rm } from "node:fs/promises";
import path from "node:path";
import { systemCode } from "../../base/errors.ts";
import { forgetOwner, noteOwner } from "./owners.ts";
import { sandboxGone } from "../shared/launcher.ts";

/** The folders of one sandbox: the repository, a home and a place for temporary files. */
export interface Box {
  readonly folder: string;
  readonly root: string;
  readonly home: string;
  readonly temporary: string;
  /** Where files that are there for one command appear. */
  readonly files: string;
  /** @throws SandboxError when the folder is not the one that was made. */
  check(): void;
  /** Puts files there, read-only, until the returned function is called. */
  show(files: Readonly<Record<string, Uint8Array>>): () => void;
  remove(): Promise<void>;
}

export async function createBox(parent: string, label: string, name: string): Promise<Box> {
  await mkdir(parent, { recursive: true });
  const place = await realpath(parent);
  const folder = path.join(place, label);
  noteOwner(place, label);
  await mkdir(folder, { mode: 0o700 });
  const [root, home, temporary, files] = [
    path.join(folder, name),
    path.join(folder, "home"),
    path.join(folder, "tmp"),
    path.join(folder, "mnt"),
  ];
  await mkdir(home);
  await mkdir(temporary);
  const { dev, ino } = lstatSync(folder);
  return {
    folder,
    root,
    home,
    temporary,
    files,
    show(shown) {
      const names = Object.keys(shown);
      if (names.length === 0) return () => {};
      mkdirSync(files, { recursive: true });
      for (const [file, content] of Object.entries(shown)) {
        rmSync(path.join(files, file), { force: true });
        writeFileSync(path.join(files, file), content, { mode: 0o444, flag: "wx" });
      }
      return () => names.forEach((file) => rmSync(path.join(files, file), { force: true }));
    },
    check() {
      const now = lstatSync(folder, { throwIfNoEntry: false });
      if (now?.dev !== dev || now.ino !== ino) throw sandboxGone("its folder was deleted from outside");
    },
    async remove() {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(async (error: unknown) => {
        if (systemCode(error) !== "EACCES" && systemCode(error) !== "EPERM") throw error;
        makeWritable(folder);
        await rm(folder, { recursive: true, force: true });
      });
      forgetOwner(place, label);
    },
  };
}

/** Gives the owner's rights back to all folders, without following links. */
function makeWritable(folder: string): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) makeWritable(path.join(folder, entry.name));
  }
}
