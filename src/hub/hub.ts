import { pathToFileURL } from "node:url";
import { EnvironmentError, InputError } from "../base/errors.ts";
import { systemSleep, type Sleep } from "../base/sleep.ts";
import { hubFailure, statusOf } from "./failure.ts";
import { withRetries } from "./retry.ts";
import type { FileSums } from "./sums.ts";

export interface HubOptions {
  /** The hub's own address when left out. */
  readonly endpoint?: string;
  /** Sent to the hub alone; never written or shown. */
  readonly token?: string;
  readonly signal?: AbortSignal;
  readonly sleep?: Sleep;
}

/** A file as the hub lists it: by SHA-256 where it is stored as a large one, else by git's blob id. */
export interface RemoteFile {
  readonly name: string;
  readonly sha256: string | undefined;
  readonly blob: string | undefined;
}

/** One dataset repository on a Hugging Face hub. All methods @throw HubError `hub-failed`, EnvironmentError `hub-refused`, InputError `hub-not-found`. */
export interface HubRepository {
  /** Undefined where there is none that one may see. */
  info(revision?: string): Promise<{ readonly isPrivate: boolean; readonly commit: string } | undefined>;
  create(isPublic: boolean): Promise<void>;
  list(revision: string): Promise<readonly RemoteFile[]>;
  /** Whole or not at all. `files` maps names there to files here. */
  commit(title: string, files: ReadonlyMap<string, string>, deleted: readonly string[]): Promise<void>;
  download(name: string, revision: string): Promise<Blob>;
}

const NAME = /^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/;

/** @throws InputError `hub-name-malformed` */
export async function openHub(repository: string, options: HubOptions = {}): Promise<HubRepository> {
  if (!NAME.test(repository)) throw malformedName(repository);
  if (options.token !== undefined && !options.token.startsWith("hf_")) throw malformedToken();
  const hub = await import("@huggingface/hub");
  const { EnvHttpProxyAgent, fetch: send } = await import("undici");
  const dispatcher = new EnvHttpProxyAgent();
  const plain: unknown = (input: Parameters<typeof send>[0], init: Parameters<typeof send>[1]) =>
    send(input, { ...init, dispatcher });
  const never = new AbortController().signal;
  const { endpoint, token, signal = never, sleep = systemSleep } = options;
  const common = {
    repo: { type: "dataset", name: repository } as const,
    // The library's own type is that of the web; undici's differs in details that it does not touch.
    fetch: withRetries(plain as typeof fetch, sleep, signal),
    ...(endpoint === undefined ? {} : { hubUrl: endpoint.replace(/\/+$/, "") }),
  };
  const credentials = token === undefined ? {} : { accessToken: token };
  const failWell = (error: unknown): never => {
    signal.throwIfAborted();
    throw hubFailure(error, repository);
  };
  return {
    async info(revision = "main") {
      const { repo, ...rest } = common;
      const asked = {
        ...rest,
        ...credentials,
        name: repo.name,
        revision,
        additionalFields: ["sha" as const],
      };
      const found = await hub.datasetInfo(asked).catch((error: unknown) => {
        if (statusOf(error) === 404) return undefined;
        return failWell(error);
      });
      return found === undefined ? undefined : { isPrivate: found.private, commit: found.sha };
    },
    async create(isPublic) {
      const visibility = isPublic ? "public" : "private";
      await hub.createRepo({ ...common, accessToken: token ?? "", visibility }).catch(failWell);
    },
    async list(revision) {
      const found = await Array.fromAsync(
        hub.listFiles({ ...common, ...credentials, recursive: true, revision }),
      ).catch(failWell);
      return found
        .filter(({ type }) => type === "file")
        .map(({ path, oid, lfs }) => ({
          name: path,
          sha256: lfs?.oid,
          blob: lfs === undefined ? oid : undefined,
        }));
    },
    async commit(title, files, deleted) {
      const added = [...files].map(([name, file]) => ({
        operation: "addOrUpdate" as const,
        path: name,
        content: pathToFileURL(file),
      }));
      const gone = deleted.map((name) => ({ operation: "delete" as const, path: name }));
      const operations = [...added, ...gone];
      // Large files go as Git LFS has them, which every hub understands, in parts where the hub asks for parts.
      const sent = { ...common, ...credentials, title, operations, useXet: false, abortSignal: signal };
      await hub.commit(sent).catch(failWell);
    },
    async download(name, revision) {
      const wanted = { ...common, ...credentials, path: name, revision, xet: false };
      const blob = await hub.downloadFile(wanted).catch(failWell);
      if (blob === null) throw notThere(repository, name);
      return blob;
    },
  };
}

/** Whether the hub has the very file. */
export function isSame(remote: RemoteFile | undefined, sums: FileSums | undefined): boolean {
  if (remote === undefined || sums === undefined) return false;
  return remote.sha256 === undefined ? remote.blob === sums.blob : remote.sha256 === sums.sha256;
}

function malformedToken(): EnvironmentError {
  return new EnvironmentError({
    code: "hub-token-malformed",
    message: "HF_TOKEN is no token of a hub: those begin with hf_",
    hint: "Make one at huggingface.co/settings/tokens.",
  });
}

function malformedName(repository: string): InputError {
  return new InputError({
    code: "hub-name-malformed",
    message: `"${repository}" is no name of a dataset on the hub`,
    hint: "Write owner/name.",
    fields: { repository },
  });
}

function notThere(repository: string, name: string): InputError {
  return new InputError({
    code: "hub-not-found",
    message: `${repository} has no file ${name}`,
    hint: "Push it again, or name another revision.",
    fields: { repository, file: name },
  });
}
