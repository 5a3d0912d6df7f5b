import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { gitBlobId, sha256 } from "../../base/hash.ts";

/** What the stand-in does instead of answering, to the next requests whose `METHOD path` matches. */
export interface Fault {
  readonly at: RegExp;
  readonly times: number;
  /** A status, a closed connection before the answer, or in the middle of it. */
  readonly fault: 429 | 500 | 503 | "no-answer" | "cut";
}

interface Repository {
  isPrivate: boolean;
  /** Each is all files by name; the last is `main`. */
  readonly commits: { readonly id: string; readonly files: ReadonlyMap<string, Buffer> }[];
}

export const TOKEN = "hf_stand_in";

/** Files from so many bytes on, and those of such names, are large files there. */
const LARGE_BYTES = 1000;
const LARGE_NAMES = /\.(?:parquet|zst)$/;
/** Uploads from here on are asked for in parts. */
const PART_BYTES = 100_000;

/**
 * A Hugging Face hub on this machine, as far as `@huggingface/hub` and `huggingface_hub` speak to one for datasets: repositories, listing, large files in one
 * piece and in parts, commits, downloads with ranges. Real HTTP; it forgets everything when it is closed.
 */
export async function startHub() {
  const repositories = new Map<string, Repository>();
  const large = new Map<string, Buffer>();
  const parts = new Map<string, Buffer>();
  const requests: string[] = [];
  const faults: { -readonly [key in keyof Fault]: Fault[key] }[] = [];

  const server = createServer((request, response) => {
    const line = `${request.method} ${request.url}`;
    requests.push(line);
    const fault = faults.find(({ at, times }) => times > 0 && at.test(line));
    if (fault !== undefined) fault.times--;
    answer(request, response, fault?.fault).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage, response: ServerResponse, fault?: Fault["fault"]) {
    if (typeof fault === "number") return void response.writeHead(fault, { "retry-after": "0" }).end("busy");
    if (fault === "no-answer") return void request.socket.destroy();
    const body = await buffer(request);
    const { pathname, searchParams } = new URL(request.url ?? "", url);
    const reply = route({ method: request.method ?? "", pathname, searchParams, request, body });
    const bytes = Buffer.isBuffer(reply.body) ? reply.body : Buffer.from(JSON.stringify(reply.body ?? {}));
    const type = Buffer.isBuffer(reply.body) ? "application/octet-stream" : "application/json";
    const headers = { "content-type": type, "content-length": bytes.length, ...reply.headers };
    response.writeHead(reply.status ?? 200, headers);
    if (fault !== "cut") return void response.end(request.method === "HEAD" ? undefined : bytes);
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => request.socket.destroy());
  }

  interface Asked {
    readonly method: string;
    readonly pathname: string;
    readonly searchParams: URLSearchParams;
    readonly request: IncomingMessage;
    readonly body: Buffer;
  }
  interface Reply {
    readonly status?: number;
    readonly body?: unknown;
    readonly headers?: Record<string, string>;
  }

  function route(asked: Asked): Reply {
    const { method, pathname, request, body } = asked;
    const upload = /^\/upload\/(\w+)(?:\/(\d+))?$/.exec(pathname);
    // As the storage behind signed addresses has it.
    if (upload !== null && request.headers["content-length"] === undefined) return { status: 411 };
    if (upload !== null) return store(method, upload[1] ?? "", upload[2], body);
    const isKnown = request.headers.authorization === `Bearer ${TOKEN}`;
    if (pathname === "/api/repos/create") return isKnown ? create(parse(body)) : { status: 401 };
    const [, name = "", rest = "revision/main"] =
      /^(?:\/api)?\/datasets\/([\w.-]+\/[\w.-]+?)(?:\.git)?(?:\/((?:revision|tree|preupload|commit|resolve|info)\/.*))?$/.exec(
        pathname,
      ) ?? [];
    const repository = repositories.get(name);
    if (repository === undefined)
      return { status: isKnown ? 404 : 401, headers: { "x-error-code": "RepoNotFound" } };
    if (repository.isPrivate && !isKnown) return { status: 401 };
    const [what = "", revision = "", ...names] = rest.split("/");
    if (method === "POST" && !isKnown) return { status: 403 };
    if (what === "info") return batch(parse(body));
    if (what === "preupload") return preupload(parse(body));
    if (what === "commit") return commit(repository, name, body.toString("utf8"));
    const found = repository.commits.findLast(({ id }) => revision === "main" || id === revision);
    if (found === undefined) return { status: 404, headers: { "x-error-code": "RevisionNotFound" } };
    if (what === "revision") return { body: describe(name, repository, found) };
    if (what === "tree") return { body: [...found.files].map(([path, content]) => entryOf(path, content)) };
    return resolve(found, names.join("/"), request.headers.range);
  }

  function create({ organization, name, visibility }: Record<string, string>): Reply {
    const full = `${organization}/${name}`;
    if (repositories.has(full)) return { status: 409, body: { error: "You already created this dataset" } };
    put(full, { ".gitattributes": "*.parquet filter=lfs\n" }, visibility !== "public");
    return { body: { url: `${url}/datasets/${full}`, id: full } };
  }

  /** As somebody else would push it. */
  function put(name: string, files: Record<string, string | Buffer>, isPrivate = true): void {
    const entries = Object.entries(files).map(([path, content]) => [path, Buffer.from(content)] as const);
    const repository = repositories.get(name) ?? { isPrivate, commits: [] };
    repositories.set(name, repository);
    addCommit(repository, new Map([...(repository.commits.at(-1)?.files ?? []), ...entries]));
  }

  function addCommit(repository: Repository, files: ReadonlyMap<string, Buffer>): string {
    const hash = createHash("sha1").update(String(repository.commits.length));
    for (const [path, content] of files) hash.update(path).update(content);
    const id = hash.digest("hex");
    repository.commits.push({ id, files });
    return id;
  }

  function preupload({ files }: { files: { path: string; size: number }[] }): Reply {
    const modes = files.map(({ path, size }) => ({
      path,
      uploadMode: isLarge(path, size) ? "lfs" : "regular",
    }));
    return { body: { files: modes } };
  }

  function batch({ objects }: { objects: { oid: string; size: number }[] }): Reply {
    const answers = objects.map(({ oid, size }) => {
      if (large.has(oid)) return { oid, size };
      const href = `${url}/upload/${oid}?signature=secret`;
      if (size < PART_BYTES) return { oid, size, actions: { upload: { href } } };
      const count = Math.ceil(size / PART_BYTES);
      const places = Array.from({ length: count }, (_, index) => [
        String(index + 1),
        `${url}/upload/${oid}/${index + 1}?signature=secret`,
      ]);
      const header = { chunk_size: String(PART_BYTES), ...Object.fromEntries(places) };
      return { oid, size, actions: { upload: { href, header } } };
    });
    return { body: { transfer: "basic", objects: answers } };
  }

  function store(method: string, oid: string, part: string | undefined, body: Buffer): Reply {
    if (part !== undefined) {
      parts.set(`${oid}/${part}`, body);
      return { headers: { etag: `"${part}"` } };
    }
    const whole = method === "POST" ? joined(oid, parse(body)) : body;
    if (sha256(whole) !== oid) return { status: 422, body: { error: "not what was announced" } };
    large.set(oid, whole);
    return {};
  }

  function joined(oid: string, { parts: wanted }: { parts: { partNumber: number }[] }): Buffer {
    return Buffer.concat(
      wanted.map(({ partNumber }) => parts.get(`${oid}/${partNumber}`) ?? Buffer.alloc(0)),
    );
  }

  function commit(repository: Repository, name: string, lines: string): Reply {
    const files = new Map(repository.commits.at(-1)?.files);
    for (const line of lines.split("\n").slice(1)) {
      const { key, value } = parse(Buffer.from(line));
      if (key === "deletedFile") files.delete(value.path);
      else if (key === "file") files.set(value.path, Buffer.from(value.content, "base64"));
      else {
        const content = large.get(value.oid);
        if (content === undefined) return { status: 400, body: { error: `${value.path} was not uploaded` } };
        files.set(value.path, content);
      }
    }
    const id = addCommit(repository, files);
    return { body: { success: true, commitOid: id, commitUrl: `${url}/datasets/${name}/commit/${id}` } };
  }

  function resolve(
    { id, files }: Repository["commits"][number],
    name: string,
    range: string | undefined,
  ): Reply {
    const content = files.get(name);
    if (content === undefined) return { status: 404, headers: { "x-error-code": "EntryNotFound" } };
    const etag = isLarge(name, content.length) ? sha256(content) : gitBlobId(content);
    const headers = { etag: `"${etag}"`, "x-repo-commit": id, "accept-ranges": "bytes" };
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? "") ?? [];
    if (from === undefined) return { body: content, headers };
    const end = to === "" || to === undefined ? content.length - 1 : Number(to);
    const served = { ...headers, "content-range": `bytes ${from}-${end}/${content.length}` };
    return { status: 206, body: content.subarray(Number(from), end + 1), headers: served };
  }

  return {
    url,
    /** `METHOD path` of all requests so far. */
    requests,
    failNext: (fault: Fault) => void faults.push({ ...fault }),
    healAll: () => void faults.splice(0),
    put,
    /** Of the newest commit. */
    filesOf: (name: string) => repositories.get(name)?.commits.at(-1)?.files ?? new Map<string, Buffer>(),
    commitsOf: (name: string) => (repositories.get(name)?.commits ?? []).map(({ id }) => id),
    isPrivate: (name: string) => repositories.get(name)?.isPrivate,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function describe(name: string, { isPrivate }: Repository, { id, files }: Repository["commits"][number]) {
  return {
    _id: sha256(name).slice(0, 24),
    id: name,
    sha: id,
    private: isPrivate,
    gated: false,
    disabled: false,
    downloads: 0,
    likes: 0,
    tags: [],
    lastModified: "2026-11-02T10:00:00.000Z",
    siblings: [...files.keys()].map((rfilename) => ({ rfilename })),
  };
}

function entryOf(path: string, content: Buffer) {
  const entry = { type: "file", path, size: content.length, oid: gitBlobId(content) };
  if (!isLarge(path, content.length)) return entry;
  return { ...entry, lfs: { oid: sha256(content), size: content.length, pointerSize: 130 } };
}

function isLarge(path: string, size: number): boolean {
  return LARGE_NAMES.test(path) || (size >= LARGE_BYTES && !path.endsWith(".md"));
}

/** What the clients under test send is as their documentation says. */
function parse(body: Buffer) {
  return JSON.parse(body.toString("utf8"));
}
