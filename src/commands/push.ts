import path from "node:path";
import { defined } from "../base/defined.ts";
import { EnvironmentError, HubError, InputError } from "../base/errors.ts";
import type { Sleep } from "../base/sleep.ts";
import { checkGate } from "../hub/gate.ts";
import { type HubRepository, isSame, openHub, type RemoteFile } from "../hub/hub.ts";
import { filesOf, MANIFEST, readManifest } from "../hub/manifest.ts";
import { readShipment, type Shipment } from "../hub/shipment.ts";

export interface PushRequest {
  /** An export or a training set. */
  readonly folder: string;
  /** `owner/name` of the dataset on the hub. */
  readonly repository: string;
  /** For everyone to see, where it is made now; else private. */
  readonly isPublic?: boolean;
  readonly allowContaminated?: boolean;
  readonly acceptClaims?: boolean;
  readonly acceptUngraded?: boolean;
  /** The hub's own address when left out. */
  readonly endpoint?: string;
  readonly token?: string;
  readonly signal?: AbortSignal;
  readonly sleep?: Sleep;
}

export interface Pushed {
  readonly repository: string;
  readonly isPrivate: boolean;
  /** Names of the files that the hub did not have so. */
  readonly sent: readonly string[];
  /** Of files of an earlier push that are no part of this one. */
  readonly deleted: readonly string[];
  readonly unchanged: number;
  readonly bytes: number;
  /** Rows whose repository nobody knows, which could not be held against the benchmarks'. */
  readonly unknownRepositories: number;
}

/**
 * Puts an export or a training set on a Hugging Face hub, in one commit: there it is whole or as it was. What the hub has is not sent again.
 * @throws InputError for a folder that is not whole or may not leave, and for a dataset there that is something else.
 */
export async function push(request: PushRequest): Promise<Pushed> {
  const { folder, repository, isPublic = false, endpoint, token, signal, sleep } = request;
  const { allowContaminated = false, acceptClaims = false, acceptUngraded = false } = request;
  const hub = await openHub(repository, defined({ endpoint, token, signal, sleep }));
  const shipment = await readShipment(folder);
  checkGate(shipment, { allowContaminated, acceptClaims, acceptUngraded });
  if (token === undefined) throw tokenMissing();

  const isPrivate = await findOrCreate(hub, repository, isPublic);
  const before = await hub.list("main");
  const stale = await staleFiles(hub, repository, before, shipment);
  const sent = missing(before, shipment);
  if (sent.length + stale.length > 0) {
    const files = new Map(sent.map((name) => [name, path.join(folder, name)]));
    await hub.commit(`hybrid-gym ${shipment.shipped.kind}`, files, stale);
    if (missing(await hub.list("main"), shipment).length > 0) throw damagedThere(repository);
  }
  return {
    repository,
    isPrivate,
    sent,
    deleted: stale,
    unchanged: shipment.files.size - sent.length,
    bytes: sent.reduce((sum, name) => sum + (shipment.files.get(name)?.bytes ?? 0), 0),
    unknownRepositories: shipment.repositories["unknown"] ?? 0,
  };
}

/** Whether it is private there. What was not meant for everyone does not go where everyone sees it. */
async function findOrCreate(hub: HubRepository, repository: string, isPublic: boolean): Promise<boolean> {
  const found = await hub.info();
  if (found === undefined) {
    await hub.create(isPublic);
    return !isPublic;
  }
  if (!found.isPrivate && !isPublic)
    throw new InputError({
      code: "hub-public",
      message: `${repository} is public`,
      hint: "Give --public if everyone may see the rows, or name another dataset.",
      fields: { repository },
    });
  return found.isPrivate;
}

/** Made by the hub itself. */
const OF_THE_HUB = ".gitattributes";

/** What an earlier push left that this one does not have. @throws InputError `hub-in-use` where the dataset is not one that was pushed. */
async function staleFiles(
  hub: HubRepository,
  repository: string,
  there: readonly RemoteFile[],
  { files }: Shipment,
): Promise<string[]> {
  const names = new Set(there.map(({ name }) => name));
  names.delete(OF_THE_HUB);
  if (names.size === 0) return [];
  const text = names.has(MANIFEST) ? await (await hub.download(MANIFEST, "main")).text() : "";
  const earlier = readManifest(text);
  if (earlier === undefined)
    throw new InputError({
      code: "hub-in-use",
      message: `${repository} holds something else (no ${MANIFEST} of an export or a training set in it)`,
      hint: "Name a new dataset; nothing was changed.",
      fields: { repository },
    });
  return filesOf(earlier).filter((name) => names.has(name) && !files.has(name));
}

function missing(there: readonly RemoteFile[], { files }: Shipment): string[] {
  const byName = new Map(there.map((file) => [file.name, file]));
  return [...files].filter(([name, sums]) => !isSame(byName.get(name), sums)).map(([name]) => name);
}

function tokenMissing(): EnvironmentError {
  return new EnvironmentError({
    code: "hub-token-missing",
    message: "There is no token for the hub",
    hint: "Set HF_TOKEN to one that may write.",
  });
}

function damagedThere(repository: string): HubError {
  return new HubError({
    code: "hub-damaged",
    message: `${repository} has other files than were sent`,
    hint: "Push again; if somebody else pushes to it, use two datasets.",
    fields: { repository },
  });
}
