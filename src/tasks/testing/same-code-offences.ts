import type { FileChange, Tree } from "../../tree.ts";
import { added, edited, removed } from "./edited.ts";

/** What `SAME_CODE_OFFENCES` are about. */
export const OFFENDED_FILES: Readonly<Record<string, string>> = {
  "README.md": "# Orchard\n",
  "orchard/spare.py": "def spare(fruit):\n    return fruit  # noqa: SIM102\n",
};
const SPARE = "orchard/spare.py";

/** For each of `SAME_CODE_RULES`, a change that only it refuses. */
export const SAME_CODE_OFFENCES: Readonly<Record<string, (start: Tree) => Promise<FileChange>>> = {
  "no-new-files": async () => added("orchard/notes.py", "# storage.py is the place\n"),
  "no-deletions": (start) => removed(start, SPARE),
  "same-modes": (start) => edited(start, SPARE, "def spare", "def spare", "100755"),
  "source-only": (start) => edited(start, "README.md", "# Orchard", "# An orchard"),
  "still-valid": (start) => edited(start, SPARE, "return fruit", "return (fruit"),
  "same-code": (start) => edited(start, SPARE, "return fruit", "return [fruit]"),
  "directives-kept": (start) => edited(start, SPARE, "  # noqa: SIM102", ""),
  "no-new-directives": (start) => edited(start, SPARE, "def spare", "# mypy: ignore-errors\ndef spare"),
};
