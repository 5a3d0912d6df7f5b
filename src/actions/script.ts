import type { ActionKind } from "../action.ts";

const WRITES =
  /\bopen\([^)]*,\s*(?:mode=)?["'][wax]\+?b?["']|\.write_text\(|\.write_bytes\(|writeFileSync\(|shutil\.(?:copy|move)|os\.(?:rename|replace)\(/;
const CHECKS = /\bast\.parse\(|\bpy_compile\b|\bcompile\([^)]*["']exec["']\)|\btokenize\b/;
const LOOKS =
  /\binspect\.(?:getsource|getfile|signature)|__file__|__version__|\bsys\.(?:version|path|executable)|\bhelp\(|\bdir\(|importlib\.metadata|pkg_resources|site\.getsitepackages/;
const READS = /\bopen\([^)]*\)|\.read_text\(|readFileSync\(/;
/** Words of the language and its library alone: the repository's own code is not called. */
const IMPORTS = /^\s*(?:import|from)\s+([\w.]+)/gm;
const LIBRARY = new Set(
  "ast collections functools glob importlib inspect io itertools json os pathlib re shutil site subprocess sys textwrap tokenize typing".split(
    " ",
  ),
);

/** What a script does that stands in the command itself: told from its text, which is never run. */
export function scriptKind(text: string): ActionKind {
  if (WRITES.test(text)) return "write";
  if (CHECKS.test(text)) return "check";
  if (LOOKS.test(text)) return "inspect";
  const imported = [...text.replaceAll(";", "\n").matchAll(IMPORTS)].map(
    ([, name]) => name?.split(".")[0] ?? "",
  );
  const isForeign = imported.some((name) => !LIBRARY.has(name));
  return READS.test(text) && !isForeign ? "read" : "run";
}
