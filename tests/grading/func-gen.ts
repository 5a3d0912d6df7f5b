import type { Instance } from "./cases.ts";
import { type Edit, filesOf, replace } from "./files.ts";

export const PORTIONS = "pantry/portions.py";
const STUB = "pass  # TODO: Implement this function";

const PORTIONS_TEXT = `"""Portions of what is in the pantry."""

UNITS = {"g": 1, "kg": 1000}


def split_portions(total, sizes):
    """Split a total into portions of the given sizes, largest first; what is left over comes last."""
    portions = []
    for size in sorted(sizes, reverse=True):
        while size > 0 and total >= size:
            portions.append(size)
            total -= size
    return portions + ([total] if total else [])


def make_scale(factor):
    """Return a function that multiplies by the factor."""
    return lambda weight: weight * factor
`;

const SPLIT_BODY = PORTIONS_TEXT.slice(
  PORTIONS_TEXT.indexOf("    portions = []"),
  PORTIONS_TEXT.indexOf("\n\n\ndef make_scale"),
).trim();
const SCALE_BODY = "return lambda weight: weight * factor";

/** As rows of this shape come: the function itself, and tests that compare it with the new one. */
const SPLIT_SCRIPT = `def split_portions(total, sizes):
    """Split a total into portions of the given sizes, largest first; what is left over comes last."""
    portions = []
    for size in sorted(sizes, reverse=True):
        while size > 0 and total >= size:
            portions.append(size)
            total -= size
    return portions + ([total] if total else [])


def test_split_portions():
    assert split_portions(10, [3]) == split_portions_new_implementation(10, [3])
    assert split_portions(10, [4, 3]) == split_portions_new_implementation(10, [4, 3])
    assert split_portions(0, [1]) == split_portions_new_implementation(0, [1])
    assert split_portions(7, []) == split_portions_new_implementation(7, [])
    assert split_portions(9, [3, 0]) == split_portions_new_implementation(9, [3, 0])


if __name__ == "__main__":
    test_split_portions()
`;

const SCALE_SCRIPT = `def make_scale(factor):
    """Return a function that multiplies by the factor."""
    return lambda weight: weight * factor


def test_make_scale():
    assert make_scale(2)(3) == make_scale_new_implementation(2)(3)
    assert make_scale(0)(3) == make_scale_new_implementation(0)(3)
    assert make_scale(-1)(3) == make_scale_new_implementation(-1)(3)


if __name__ == "__main__":
    test_make_scale()
`;

const REPOSITORY = filesOf({
  "pantry/__init__.py": "",
  [PORTIONS]: PORTIONS_TEXT,
  "tests/test_portions.py":
    "from pantry.portions import split_portions\n\n\ndef test_all():\n    assert split_portions(4, [2]) == [2, 2]\n",
});

/** Writes a body in place of the stub. */
export const body = (text: string): Edit => replace(PORTIONS, STUB, text);

function writing(name: string, func_name: string, original: string, eval_script: string): Instance {
  return {
    name,
    family: "func-gen",
    row: { file_path: PORTIONS, func_name, eval_script },
    repository: REPOSITORY,
    start: replace(PORTIONS, original, STUB)(REPOSITORY),
    right: body(original),
  };
}

/** Its calls can be written down, so the answer is asked alone. */
export const splitPortions = writing("split-portions", "split_portions", SPLIT_BODY, SPLIT_SCRIPT);
/** It returns functions, so the script compares, behind the gate. */
export const makeScale = writing("make-scale", "make_scale", SCALE_BODY, SCALE_SCRIPT);
