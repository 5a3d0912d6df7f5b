import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";

/** One edit of one file, as a diff, and what CPython says of the two versions. */
const editSchema = z.object({
  group: z.string(),
  /** The generator's name. */
  name: z.string(),
  diff: z.base64(),
  /** Of the file after the edit. */
  sha256: z.string(),
  /** `same` or `different` trees without docstrings, or `invalid: why`. */
  oracle: z.string(),
  /** As `change name#ordinal`; here and below absent where the trees are not the same. */
  docstrings: z.array(z.string()).optional(),
  comments: z.object({ added: z.array(z.string()), removed: z.array(z.string()) }).optional(),
  /** Whether the code is also written with the same tokens. */
  same_tokens: z.boolean().optional(),
});
export type Edit = z.infer<typeof editSchema>;

const editsSchema = z.object({
  edits: z.array(editSchema),
  /** CPython does not take the file as it is. */
  refused: z.string().optional(),
  /** The generators cannot work with the file. */
  unreadable: z.string().optional(),
});

const damageSchema = z.object({
  damaged: z.array(z.object({ name: z.string(), content: z.base64(), refused: z.string().nullable() })),
});
export type Damaged = z.infer<typeof damageSchema>["damaged"][number];

const compiledSchema = z.object({ answers: z.array(z.string().nullable()) });
const versionSchema = z.object({ version: z.string() });

export interface EditRequest {
  readonly path: string;
  /** What the diff calls the file. */
  readonly name: string;
  readonly package: string;
  readonly seed: string;
  /** How many edits of each group. */
  readonly counts: Readonly<Record<string, number>>;
}

/** A CPython that stays: it makes the edits and judges them, see `python/server.py`. */
export interface Python {
  version(): Promise<string>;
  /** For each file null, or what the compiler has against it. */
  compile(paths: readonly string[]): Promise<readonly (string | null)[]>;
  edits(request: EditRequest): Promise<z.infer<typeof editsSchema>>;
  damage(file: string, seed: string, count: number): Promise<readonly Damaged[]>;
  stop(): void;
}

export function startPython(program: string): Python {
  const server = path.join(import.meta.dirname, "python", "server.py");
  const child = spawn(program, ["-B", server], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let last: Promise<unknown> = Promise.resolve();
  const ask = <T>(schema: z.ZodType<T>, request: object): Promise<T> => {
    const answer = last.then(async () => {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`${program} stopped at ${JSON.stringify(request)}`);
      return schema.parse(JSON.parse(value));
    });
    last = answer.catch(() => {});
    return answer;
  };
  return {
    version: async () => (await ask(versionSchema, { op: "version" })).version,
    compile: async (paths) => (await ask(compiledSchema, { op: "compile", paths })).answers,
    edits: (request) => ask(editsSchema, { op: "edits", ...request }),
    damage: async (file, seed, count) =>
      (await ask(damageSchema, { op: "damage", path: file, seed, count })).damaged,
    stop: () => child.stdin.end(),
  };
}
