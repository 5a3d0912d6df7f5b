import { rm } from "node:fs/promises";
import path from "node:path";
import { defined } from "../base/defined.ts";
import { HubError, InputError } from "../base/errors.ts";
import { listFolder, readTextFile, writeFileDurably } from "../base/files.ts";
import type { Sleep } from "../base/sleep.ts";
import { download } from "../hub/download.ts";
import { type HubRepository, openHub, type RemoteFile } from "../hub/hub.ts";
import { filesOf, isComplete, MANIFEST, readManifest, type Shipped } from "../hub/manifest.ts";
import { sha256Inside, sumsOf } from "../hub/sums.ts";
import { claimPullFolder, PULL_MARKER } from "../hub/pull-folder.ts";

export interface PullRequest {
  /** `owner/name` of the dataset on the hub. */
  readonly repository: string;
  /** Absent, empty, holding the same, or a pull that was cut off. */
  readonly folder: string;
  /** A branch, a tag or a commit; `main` when left out. */
  readonly revision?: string;
  /** The hub's own address when left out. */
  readonly endpoint?: string;
  readonly token?: string;
  readonly signal?: AbortSignal;
  readonly sleep?: Sleep;
}

export interface Pulled {
  readonly repository: string;
  /** What was read, whatever happens there meanwhile. */
  readonly commit: string;
  readonly kind: Shipped["kind"];
  readonly received: readonly string[];
  readonly unchanged: number;
  readonly bytes: number;
}

/**
 * Fetches what `push` put on a hub. The folder has a manifest when all files are there and are those that it names.
 * @throws InputError for a dataset that was not pushed or is not complete, and for a folder that holds something else · HubError `hub-damaged`
 */
export async function pull(request: PullRequest): Promise<Pulled> {
  const { repository, folder, revision, endpoint, token, signal, sleep } = request;
  const hub = await openHub(repository, defined({ endpoint, token, signal, sleep }));
  const found = await hub.info(revision);
  if (found === undefined) throw notFound(repository, revision);
  const { commit } = found;
  const there = new Map((await hub.list(commit)).map((file) => [file.name, file]));
  const text = there.has(MANIFEST) ? await (await hub.download(MANIFEST, commit)).text() : "";
  const shipped = readManifest(text);
  if (shipped === undefined || !isComplete(shipped)) throw notPullable(repository, shipped);

  const wanted = filesOf(shipped);
  if (await holds(folder, text)) {
    for (const name of wanted) await check(folder, name, shipped, there.get(name));
    return { repository, commit, kind: shipped.kind, received: [], unchanged: wanted.length + 1, bytes: 0 };
  }
  await claimPullFolder(folder, wanted);
  const received: string[] = [];
  let bytes = 0;
  for (const name of wanted) {
    if (await isThere(folder, name, shipped, there.get(name))) continue;
    await fetchFile(hub, { folder, name, commit, ...defined({ signal }) });
    await check(folder, name, shipped, there.get(name));
    received.push(name);
    bytes += (await sumsOf(path.join(folder, name))).bytes;
  }
  await writeFileDurably(path.join(folder, MANIFEST), text);
  await rm(path.join(folder, PULL_MARKER), { force: true });
  const all = [...received, MANIFEST];
  return {
    repository,
    commit,
    kind: shipped.kind,
    received: all,
    unchanged: wanted.length - received.length,
    bytes: bytes + Buffer.byteLength(text),
  };

  async function check(...args: Parameters<typeof isThere>): Promise<void> {
    if (!(await isThere(...args))) throw damaged(repository, args[1]);
  }
}

async function fetchFile(
  hub: HubRepository,
  { folder, name, commit, signal }: { folder: string; name: string; commit: string; signal?: AbortSignal },
): Promise<void> {
  await download(path.join(folder, name), () => hub.download(name, commit), signal);
}

/** Whether the folder has this very manifest, and so was whole once. */
async function holds(folder: string, text: string): Promise<boolean> {
  const names = await listFolder(folder).catch((): string[] => []);
  if (!names?.includes(MANIFEST) || names.includes(PULL_MARKER)) return false;
  return (await readTextFile(path.join(folder, MANIFEST))) === text;
}

/** By the manifest, which for a training set names what is inside the file. */
async function isThere(
  folder: string,
  name: string,
  shipped: Shipped,
  remote: RemoteFile | undefined,
): Promise<boolean> {
  const file = path.join(folder, name);
  const names = await listFolder(folder);
  if (remote === undefined || !names?.includes(name)) return false;
  if (shipped.kind === "training-set") return (await sha256Inside(file)) === shipped.manifest.id;
  return (await sumsOf(file)).sha256 === shipped.manifest.files[name]?.sha256;
}

function notFound(repository: string, revision: string | undefined): InputError {
  return new InputError({
    code: "hub-not-found",
    message: `The hub has no dataset ${repository}${revision === undefined ? "" : ` with a revision ${revision}`}`,
    hint: "Check the name; for a private one set HF_TOKEN.",
    fields: { repository },
  });
}

function notPullable(repository: string, shipped: Shipped | undefined): InputError {
  return new InputError({
    code: "hub-not-pullable",
    message:
      shipped === undefined
        ? `${repository} is no export and no training set (no ${MANIFEST} of one in it)`
        : `${repository} holds what was not written to its end`,
    hint: 'Pull what "hybrid-gym push" put there; anything else is read with the hub\'s own tools, and "hybrid-gym import".',
    fields: { repository },
  });
}

function damaged(repository: string, name: string): HubError {
  return new HubError({
    code: "hub-damaged",
    message: `${name} is not the file that the manifest of ${repository} names`,
    hint: "Push it again from where it was made; what came is no complete folder.",
    fields: { repository, file: name },
  });
}
