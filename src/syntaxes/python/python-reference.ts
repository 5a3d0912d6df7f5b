import { z } from "zod";
import { runProgram } from "../../base/process.ts";

/**
 * CPython's own answers, for tests: whether it compiles a program, and what its `ast` finds in a file.
 * One process answers for a whole list.
 */
const COMPILE = String.raw`
import json, sys, warnings
warnings.simplefilter("ignore")
answers = []
for program in json.load(sys.stdin):
    try:
        compile(program, "x", "exec", dont_inherit=True)
        answers.append(None)
    except Exception as error:
        answers.append(type(error).__name__ + ": " + str(error))
json.dump({"version": list(sys.version_info[:2]), "answers": answers}, sys.stdout)
`;

const DEFINITIONS = String.raw`
import ast, json, sys, warnings
warnings.simplefilter("ignore")
KINDS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

def parameters(node):
    if isinstance(node, ast.ClassDef):
        return []
    a = node.args
    names = [x.arg for x in a.posonlyargs + a.args]
    names += [a.vararg.arg] if a.vararg else []
    names += [x.arg for x in a.kwonlyargs]
    names += [a.kwarg.arg] if a.kwarg else []
    return names[1:] if names[:1] in (["self"], ["cls"]) else names

def visit(node, prefix, inside, found):
    for child in ast.iter_child_nodes(node):
        if isinstance(child, KINDS):
            name = prefix + child.name
            kind = "class" if isinstance(child, ast.ClassDef) else "method" if inside else "function"
            has = ast.get_docstring(child, clean=False) is not None
            literal = child.body[0].value if has else None
            found.append({
                "qualifiedName": name, "kind": kind, "line": child.lineno, "lastLine": child.end_lineno,
                "firstLine": min([d.lineno for d in child.decorator_list] + [child.lineno]),
                "docstring": ast.get_docstring(child) if has else None,
                "docstringLines": [literal.lineno, literal.end_lineno] if has else None,
                "parameters": parameters(child), "bodyStatements": len(child.body) - has,
                "decorators": len(child.decorator_list),
            })
            visit(child, name + ".", isinstance(child, ast.ClassDef), found)
        else:
            visit(child, prefix, inside, found)

answers = []
for path in json.load(sys.stdin):
    try:
        tree = ast.parse(open(path, "rb").read())
    except Exception:
        answers.append(None)
        continue
    found = []
    visit(tree, "", False, found)
    answers.append(found)
json.dump(answers, sys.stdout)
`;

const compiledSchema = z.object({ version: z.array(z.number()), answers: z.array(z.string().nullable()) });

export interface Compiled {
  readonly version: readonly number[];
  /** Why a program was refused; null for one that compiles. */
  readonly answers: readonly (string | null)[];
}

export async function compileWithPython(programs: readonly string[]): Promise<Compiled> {
  return compiledSchema.parse(await askPython(COMPILE, programs));
}

const definitionsSchema = z.array(
  z
    .array(
      z.object({
        qualifiedName: z.string(),
        kind: z.string(),
        line: z.number(),
        lastLine: z.number(),
        firstLine: z.number(),
        docstring: z.string().nullable(),
        docstringLines: z.array(z.number()).nullable(),
        parameters: z.array(z.string()),
        bodyStatements: z.number(),
        decorators: z.number(),
      }),
    )
    .nullable(),
);

export type PythonDefinitions = z.infer<typeof definitionsSchema>;

/** What `ast` finds in each file, in source order; null where Python does not take the file. */
export async function definitionsByPython(paths: readonly string[]): Promise<PythonDefinitions> {
  return definitionsSchema.parse(await askPython(DEFINITIONS, paths));
}

/** Where the running Python keeps its standard library. */
export async function standardLibrary(): Promise<string> {
  const folder = await askPython(
    "import json, sys, sysconfig; sys.stdin.read(); json.dump(sysconfig.get_paths()['stdlib'], sys.stdout)",
    [],
  );
  return z.string().parse(folder);
}

async function askPython(script: string, input: unknown): Promise<unknown> {
  const { stdout, stderr, exitCode } = await runProgram("python3", ["-c", script], {
    stdin: JSON.stringify(input),
  });
  if (exitCode !== 0) throw new Error(`python3 failed: ${stderr}`);
  return JSON.parse(Buffer.from(stdout).toString("utf8"));
}
