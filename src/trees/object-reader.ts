import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { Socket } from "node:net";
import { EnvironmentError, RepositoryError, systemCode } from "../base/errors.ts";
import { gitArguments, gitEnvironment } from "../repositories/git.ts";

/** Reads objects of a repository of ours through one long-lived git process; requests may overlap. */
export interface ObjectReader extends AsyncDisposable {
  /** @throws RepositoryError `object-missing` or `repository-broken`. */
  read(id: string): Promise<Uint8Array>;
}

interface Request {
  readonly id: string;
  readonly resolve: (content: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly requests: Request[];
}

export function openObjectReader(
  gitDirectory: string,
  environment: Record<string, string> = {},
): ObjectReader {
  let running: Running | undefined;
  let closed = false;

  const start = (): Running => {
    const child = spawn("git", gitArguments(["cat-file", "--batch"]), {
      cwd: "/",
      env: { ...gitEnvironment(gitDirectory), ...environment },
      stdio: ["pipe", "pipe", "pipe"],
      // Out of reach of a Ctrl-C in the terminal, which is for us.
      detached: true,
    });
    const current: Running = { child, requests: [] };
    let complaint = "";
    const fail = (error: unknown) => {
      if (running === current) running = undefined;
      for (const request of current.requests.splice(0)) request.reject(error);
    };
    child.stderr.on("data", (chunk: Buffer) => (complaint = `${complaint}${chunk.toString()}`.slice(-2000)));
    child.stdin.on("error", () => {});
    child.on("error", (error) => fail(startFailure(error)));
    child.on("close", () => fail(broken(gitDirectory, complaint.trim().split("\n").at(-1) ?? "")));
    const answers = readAnswers((answer) => {
      const request = current.requests.shift();
      if (request === undefined) return;
      if (answer.content !== undefined) request.resolve(answer.content);
      else request.reject(missing(gitDirectory, request.id, answer.header));
      if (current.requests.length === 0) setReferenced(child, false);
    });
    child.stdout.on("data", answers);
    return current;
  };

  return {
    read(id) {
      if (closed) return Promise.reject(new Error("the object reader is closed"));
      running ??= start();
      const { child, requests } = running;
      setReferenced(child, true);
      return new Promise((resolve, reject) => {
        requests.push({ id, resolve, reject });
        child.stdin.write(`${id}\n`);
      });
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      const current = running;
      if (current === undefined) return;
      setReferenced(current.child, true);
      await new Promise<void>((resolve) => {
        current.child.once("close", () => resolve());
        current.child.stdin.end();
      });
    },
  };
}

/** An idle reader must not keep the program from ending. */
function setReferenced(child: ChildProcessWithoutNullStreams, referenced: boolean): void {
  const change = referenced ? "ref" : "unref";
  child[change]();
  for (const stream of [child.stdin, child.stdout, child.stderr]) {
    if (stream instanceof Socket) stream[change]();
  }
}

interface Answer {
  readonly header: string;
  readonly content?: Uint8Array;
}

/** Takes git's output piece by piece: a header line, then for an object found its bytes and a newline. */
function readAnswers(deliver: (answer: Answer) => void): (chunk: Buffer) => void {
  let header: Buffer[] = [];
  let body: { header: string; content: Buffer; filled: number } | undefined;
  let skipNewline = false;
  return (chunk) => {
    let position = 0;
    while (position < chunk.length) {
      if (skipNewline) {
        position++;
        skipNewline = false;
      } else if (body === undefined) {
        const end = chunk.indexOf(0x0a, position);
        header.push(chunk.subarray(position, end < 0 ? chunk.length : end));
        if (end < 0) return;
        position = end + 1;
        const line = Buffer.concat(header).toString("latin1");
        header = [];
        const size = /^[0-9a-f]+ \w+ (\d+)$/.exec(line)?.[1];
        if (size === undefined) deliver({ header: line });
        else body = { header: line, content: Buffer.alloc(Number(size)), filled: 0 };
      } else {
        const copied = chunk.copy(body.content, body.filled, position);
        body.filled += copied;
        position += copied;
      }
      if (body !== undefined && body.filled === body.content.length) {
        deliver({ header: body.header, content: body.content });
        body = undefined;
        skipNewline = true;
      }
    }
  };
}

function startFailure(error: Error): Error {
  if (systemCode(error) !== "ENOENT") return error;
  return new EnvironmentError({
    code: "program-missing",
    message: 'The program "git" is not installed',
    hint: 'Install git and try again; "hybrid-gym doctor" lists what is needed.',
    fields: { program: "git" },
    cause: error,
  });
}

function missing(gitDirectory: string, id: string, header: string): RepositoryError {
  return new RepositoryError({
    code: "object-missing",
    message: `Object ${id} cannot be read: ${header}`,
    hint: "The repository is incomplete (a partial or interrupted clone); clone it in full.",
    fields: { gitDirectory, id },
  });
}

function broken(gitDirectory: string, complaint: string): RepositoryError {
  return new RepositoryError({
    code: "repository-broken",
    message: `git stopped while reading objects${complaint === "" ? "" : `: ${complaint}`}`,
    hint: 'Check the repository with "git fsck"; a fresh clone usually helps.',
    fields: { gitDirectory },
  });
}
