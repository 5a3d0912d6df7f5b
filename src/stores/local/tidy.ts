import { mkdir, rm } from "node:fs/promises";
import type { TarMember } from "../../base/tar.ts";
import { describeWriteFailure, listFolder } from "../../base/files.ts";
import { canonicalJson } from "../../base/json.ts";
import type { LedgerEvent } from "../../run.ts";
import { attemptFolder, attemptsFolder, packsFolder, RECORD } from "./layout.ts";
import { readFinished, readPacked } from "./ledger.ts";
import { memberOf, membersOf, packName, removeUnknownPacks, writePack } from "./packs.ts";
import type { LedgerView } from "./view.ts";

export interface TidyOptions {
  /** Ended attempts that may lie in folders of their own. */
  readonly looseAttempts?: number;
  readonly attemptsPerPack?: number;
}

export interface Tidier {
  /** An attempt of the run ended. */
  ended(attempt: string): void;
  /** Moves the oldest attempts into a pack when too many lie loose. Calls at once wait for the same work. */
  tidy(at: Date): Promise<void>;
}

/**
 * Keeps the number of files bounded: attempts that ended long ago are moved from their folders into packs. A pack counts once the
 * ledger tells of it, and folders go after that; so whenever the process is killed, each attempt is there, and what is there twice
 * or counts for nothing is removed here. For the run's one writer.
 */
export async function openTidier(
  run: string,
  view: LedgerView,
  append: (event: LedgerEvent) => Promise<void>,
  { looseAttempts = 512, attemptsPerPack = 256 }: TidyOptions = {},
): Promise<Tidier> {
  await removeUnknownPacks(run, view.packed.length);
  await removePacked(run, await lastPacked(run, view));
  const names = (await listFolder(attemptsFolder(run))) ?? [];
  const loose = new Set(names.filter((name) => hasEnded(view, name)));
  const packOldest = async (at: Date) => {
    const chosen: string[] = [];
    for (const attempt of loose) {
      if (chosen.length === attemptsPerPack) break;
      if (isSettled(view, attempt)) chosen.push(attempt);
    }
    if (chosen.length < attemptsPerPack) return false;
    await mkdir(packsFolder(run), { recursive: true }).catch((error: unknown) => {
      throw describeWriteFailure(error, packsFolder(run));
    });
    const pack = packName(view.packed.length + 1);
    const attempts = await writePack(run, pack, contentsOf(run, view, chosen));
    await append({ type: "packed", at: at.toISOString(), pack, attempts });
    // Those that could not be packed are not tried again and again.
    for (const attempt of chosen) loose.delete(attempt);
    await removePacked(
      run,
      attempts.map(([attempt]) => attempt),
    );
    return true;
  };
  const packAll = async (at: Date) => {
    while (loose.size > looseAttempts && (await packOldest(at)));
  };
  let packing: Promise<void> | undefined;
  return {
    ended: (attempt) => void loose.add(attempt),
    async tidy(at) {
      if (loose.size <= looseAttempts) return;
      packing ??= packAll(at).finally(() => {
        packing = undefined;
      });
      await packing;
    },
  };
}

/** Those whose folders a killed writer may have left; it removed all others before it wrote another pack. */
async function lastPacked(run: string, view: LedgerView): Promise<string[]> {
  const last = await readPacked(run, view, view.packed.slice(-1));
  return last.flatMap(({ attempts }) => attempts.map(([attempt]) => attempt));
}

async function removePacked(run: string, attempts: readonly string[]): Promise<void> {
  for (const attempt of attempts) await rm(attemptFolder(run, attempt), { recursive: true, force: true });
}

/** Attempts that cannot be packed whole stay where they are. */
async function* contentsOf(
  run: string,
  view: LedgerView,
  attempts: readonly string[],
): AsyncGenerator<[string, TarMember[]]> {
  for (const attempt of attempts) {
    const members = await membersOf(run, attempt);
    if (members !== undefined)
      yield [attempt, [...members, ...(await lostRecord(run, view, attempt, members))]];
  }
}

/** A record that someone deleted is written again, for the ledger has it. */
async function lostRecord(
  run: string,
  view: LedgerView,
  attempt: string,
  members: readonly TarMember[],
): Promise<TarMember[]> {
  if (members.some(({ path }) => path === `${attempt}/${RECORD}` || path === `${attempt}/${RECORD}.gz`))
    return [];
  for await (const record of readFinished(run, view, [targetOf(attempt)]))
    if (record.id === attempt)
      return [
        await memberOf(
          attempt,
          RECORD,
          Buffer.from(`${canonicalJson(record)}\n`),
          new Date(record.started_at),
        ),
      ];
  return [];
}

function hasEnded(view: LedgerView, attempt: string): boolean {
  const target = view.fold.targets.get(targetOf(attempt));
  return target !== undefined && target.open?.attempt !== attempt;
}

/** Whoever goes on with a target that is owed may want what its last attempt left, so that stays at hand. */
function isSettled(view: LedgerView, attempt: string): boolean {
  const target = view.fold.targets.get(targetOf(attempt));
  if (target === undefined || target.open !== undefined) return false;
  return target.last !== undefined || target.skipped !== undefined;
}

function targetOf(attempt: string): string {
  return attempt.slice(0, attempt.lastIndexOf("."));
}
