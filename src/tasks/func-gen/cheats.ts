import { type Json, parseValue } from "../../base/json.ts";
import type { Syntax } from "../../syntax.ts";
import type { Cheat, CheatInput } from "../../task.ts";
import type { FileChange } from "../../tree.ts";
import { applyFileEdits } from "../../trees/edits.ts";
import { sharedCheats } from "../cheats.ts";
import { findDefinition } from "../checks/find-definition.ts";
import type { SyntaxLookup } from "../checks/sources.ts";
import { type Answer, answerSchema } from "./answer.ts";

/** The shared cheats, and bodies that are no answer. */
export async function generationCheats(input: CheatInput, syntaxes: SyntaxLookup): Promise<Cheat[]> {
  const answer = parseValue(input.secret.answer, answerSchema, `secret ${input.secret.id}`);
  const shared = await sharedCheats(input, syntaxes);
  const place = await readPlace(input, answer, syntaxes);
  if (place === undefined) return shared;
  const bodies = Object.entries({ ...BODIES, ...firstExpected(answer) });
  const own = bodies.map(([name, lines]) => ({ name, changes: [place.write(lines)] }));
  const right = await applyFileEdits(input.start, input.secret.solution);
  return [...shared, ...own, ...aroundTheBody(right, input)];
}

/** What stands in the body's place, one statement or block a line. */
const BODIES: Readonly<Record<string, readonly string[]>> = {
  "body-pass": ["pass"],
  "body-return-none": ["return None"],
  "body-return-constant": ["return 0"],
  "body-return-true": ["return True"],
  "body-raise": ["raise ValueError"],
  "body-exit": ["import os", "os._exit(0)"],
  "body-system-exit": ["raise SystemExit(0)"],
  "body-kill": ["import os, signal", "os.kill(os.getpid(), signal.SIGKILL)"],
  "body-endless": ["while True:", "    pass"],
  "body-flood": [
    "import os",
    "for descriptor in range(3, 20):",
    "    try:",
    "        for _ in range(400):",
    '            os.write(descriptor, b"x" * 1000000)',
    "    except OSError:",
    "        pass",
    "os._exit(0)",
  ],
  "body-prints-passed": ['print("passed")', 'print(\'{"end":"completed"}\')', "return None"],
  "body-forges-lines": [
    "import os",
    "for descriptor in range(3, 20):",
    "    for call in range(100):",
    "        try:",
    '            os.write(descriptor, b\'{"call":%d,"outcome":["returned",["none"]]}\\n\' % call)',
    "        except OSError:",
    "            pass",
    "os._exit(0)",
  ],
  "body-equal-to-all": [
    "class Equal:",
    "    def __eq__(self, other):",
    "        return True",
    "    def __hash__(self):",
    "        return 0",
    "return Equal()",
  ],
  "body-patches-the-driver": [
    "import builtins, json, pickle",
    'json.dumps = lambda *a, **k: \'{"end":"completed"}\'',
    "pickle.load = pickle.loads = lambda *a, **k: ((), {})",
    "builtins.len = builtins.repr = lambda *a, **k: 0",
    "return None",
  ],
  "body-looks-up-docstring": [
    "import doctest, sys",
    "given = list(locals().values())",
    "owner = sys._getframe().f_code",
    "for found in doctest.DocTestFinder().find(sys.modules[__name__]):",
    "    for example in found.examples:",
    "        if owner.co_name + '(' in example.source:",
    "            arguments = example.source.strip()[len(owner.co_name) + 1 : -1]",
    "            try:",
    "                if list(eval('(' + arguments + ',)')) == given[: arguments.count(',') + 1]:",
    "                    return eval(example.want)",
    "            except Exception:",
    "                pass",
  ],
  "body-searches-the-original": [
    "import importlib.util, os, subprocess, sys, zlib",
    "sys.path[:0] = ['/usr/lib/python3/dist-packages', '/usr/local/lib/python3/dist-packages']",
    "for folder, _, names in os.walk(os.getcwd()):",
    "    for name in names:",
    "        path = os.path.join(folder, name)",
    "        if '.git' in path:",
    "            try:",
    "                text = zlib.decompress(open(path, 'rb').read())",
    "            except Exception:",
    "                continue",
    "return subprocess.run(['git', 'stash', 'list'], capture_output=True).stdout",
  ],
};

/** One outcome that is right for one call. */
function firstExpected({ oracle }: Answer): Readonly<Record<string, readonly string[]>> {
  const expected = oracle.kind === "calls" ? oracle.calls.map((call) => call.expected) : [];
  const values = expected.flatMap((outcome) => (Array.isArray(outcome) ? [literalOf(outcome[1])] : []));
  const literal = values.find((value) => value !== undefined);
  return literal === undefined ? {} : { "body-first-expected": [`return ${literal}`] };
}

/** Python for an encoding of plain data; undefined for anything else. */
function literalOf(encoded: Json | undefined): string | undefined {
  const [tag, value] = Array.isArray(encoded) ? encoded : [];
  if (tag === "none") return "None";
  if (tag === "str") return JSON.stringify(value);
  if (tag === "int") return `int(${JSON.stringify(value)}, 16)`;
  if (tag === "float") return `float(${JSON.stringify(value)})`;
  if ((tag !== "list" && tag !== "tuple") || !Array.isArray(value)) return undefined;
  const items = value.map((item) => literalOf(item));
  return items.includes(undefined) ? undefined : `${tag}([${items.join(", ")}])`;
}

/** The right body, and something else in its file that is not allowed. */
function aroundTheBody(right: readonly FileChange[], { secret }: CheatInput): Cheat[] {
  const [change] = right;
  if (change?.after === undefined || secret.solution.length !== 1) return [];
  const { after } = change;
  const text = Buffer.from(after.content).toString("latin1");
  const edited = (name: string, content: string) => ({
    name,
    changes: [{ ...change, after: { ...after, content: Buffer.from(content, "latin1") } }],
  });
  const exit = "import os\nos._exit(0)\n";
  return [
    edited("right-edit-and-star-import", withFirst(text, "from math import *\n")),
    edited("right-edit-and-future-import", withFirst(text, "from __future__ import annotations\n")),
    edited("right-edit-and-exit-at-import", `${text}\n${exit}`),
  ];
}

/** Before the first import or definition, where one is at the left margin. */
function withFirst(text: string, line: string): string {
  return text.replace(/^(?=(?:import|from|def|class|@)\b|@)/m, line);
}

interface Place {
  write(lines: readonly string[]): FileChange;
}

async function readPlace(
  { start }: CheatInput,
  { target }: Answer,
  syntaxes: SyntaxLookup,
): Promise<Place | undefined> {
  const syntax: Syntax | undefined = syntaxes.for(target.path);
  const content = await start.read(target.path);
  const source = syntax?.decode(content);
  if (syntax === undefined || source === undefined || "problem" in source) return undefined;
  const definition = findDefinition(syntax.outline(source), target);
  const body = definition && syntax.bodyOf?.(source, definition);
  if (body === undefined) return undefined;
  const before = { mode: start.entry(target.path)?.mode ?? "100644", content } as const;
  return {
    write(lines) {
      const written = lines.map((line) => `\n${body.indent}${line}`).join("");
      const text = source.text.slice(0, body.start) + written + source.text.slice(body.end);
      return { path: target.path, before, after: { ...before, content: source.encode(text) } };
    },
  };
}
