import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { jsonSchema } from "../../base/json.ts";
import { keyOf, sameOutcome } from "./encoding.ts";

const DRIVER = fileURLToPath(new URL("driver", import.meta.url));

/** Plain data of all kinds, many of them equal to one another. */
const VALUES = `
None, True, False, 0, 1, -1, 2, 10**40, -(10**40), 0.0, -0.0, 1.0, 0.5, 0.1, 1e308, 5e-324, -1.5, float("inf"), float("-inf"),
1j, 1+0j, 0.5+0j, 2-1j, Fraction(1, 2), Fraction(1, 3), Decimal("0.5"), Decimal("0.1"), Decimal("1"), Decimal("1e40"),
"", "a", "A", "é", "\\ud800", "\\U0001F600", b"", b"a", bytearray(b"a"), [], [1], [True], [1.0], (1,), (), [[]], [()], {1}, {1.0, 2},
frozenset({1}), set(), {2, 1}, {}, {1: 2}, {1.0: 2}, {"a": [1]}, {"b": 1, "a": 2}, {"a": 2, "b": 1}, OrderedDict(a=1), {"a": 1},
Counter("aab"), {"a": 2, "b": 1}, defaultdict(list, a=[1]), Pair(1, 2), (1, 2), range(3), range(0, 3, 1), range(0), range(5, 2),
range(0, 4, 3), range(0, 5, 3), deque([1]), deque([1.0]), Sub([1]), Text("a"), Number(1), {1: 2}.keys(), {1}.union(),
Colour.RED, Colour.BLUE, date(2020, 1, 2), datetime(2020, 1, 2), datetime(2020, 1, 2, tzinfo=timezone.utc),
datetime(2020, 1, 2, 1, tzinfo=timezone(timedelta(hours=1))), timedelta(1), timedelta(hours=24), time(1), PurePosixPath("a/b"),
PurePosixPath("a//b"), UUID(int=1), int, str, len, list[int], Point(1, 2), Point(1.0, 2), Point(2, 1)
`;

const PROGRAM = `
import json, sys
sys.path.insert(0, ${JSON.stringify(DRIVER)})
from encoding import encode
from collections import *
from dataclasses import dataclass
from datetime import *
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import PurePosixPath
from uuid import UUID
Pair = namedtuple("Pair", "a b")
class Sub(list): pass
class Text(str): pass
class Number(int): pass
class Colour(Enum):
    RED = 1
    BLUE = 2
@dataclass
class Point:
    x: int
    y: int
values = [${VALUES}]
equal = [[a == b for b in values] for a in values]
print(json.dumps({"encodings": [encode(one) for one in values], "equal": equal, "texts": [repr(one) for one in values]}))
`;

const answerSchema = z.object({
  encodings: z.array(jsonSchema),
  equal: z.array(z.array(z.boolean())),
  texts: z.array(z.string()),
});

async function python(program: string): Promise<string> {
  const { stdout } = await promisify(execFile)("python3", ["-s", "-S", "-B", "-c", program]);
  return stdout;
}

describe("encoded values", () => {
  it("are equal when CPython says that the values are", async () => {
    const { encodings, equal, texts } = answerSchema.parse(JSON.parse(await python(PROGRAM)));
    const keys = encodings.map((one) => keyOf(one));
    const differing: string[] = [];
    keys.forEach((a, row) =>
      keys.forEach((b, column) => {
        if ((a === b) !== equal[row]?.[column]) differing.push(`${texts[row]} and ${texts[column]}`);
      }),
    );
    expect(differing).toEqual([]);
    expect(keys.length).toBeGreaterThan(80);
  });

  it("follow cycles, drain iterators, and say what cannot be written down", async () => {
    const program = `
import json, sys
sys.path.insert(0, ${JSON.stringify(DRIVER)})
from encoding import encode, NotRecordable
class Node:
    __slots__ = ("next", "value")
def ring():
    a, b = Node(), Node()
    a.next, b.next, a.value, b.value = b, a, 1, 2
    return a
def numbers():
    yield 1
    yield 2
def tried(value):
    try:
        return encode(value)
    except NotRecordable:
        return "not recordable"
inner = [1]
inner.append(inner)
odd = [tried(one) for one in (lambda: 1, open("/dev/null"), sys._getframe(), iter(int, 1), (n for n in iter(int, 1)), sys.modules["sys"])]
print(json.dumps({"ring": encode(ring()) == encode(ring()), "list": encode(inner), "odd": odd,
    "drained": encode(numbers()) == encode(iter([1, 2])) == encode(map(int, "12")), "nan": encode([float("nan")])}))
`;
    const found = z
      .object({
        ring: z.boolean(),
        list: jsonSchema,
        odd: z.array(z.string()),
        drained: z.boolean(),
        nan: jsonSchema,
      })
      .parse(JSON.parse(await python(program)));
    expect(found).toMatchObject({ ring: true, drained: true, odd: Array(6).fill("not recordable") });
    expect(keyOf(found.list)).toContain("cycle:0");
    expect(keyOf(found.nan)).toBe("list[number:nan]");
  });

  it.each([
    ["no list", "none"],
    ["an unknown kind", ["returned", ["any"]]],
    ["no outcome", ["equal", ["none"]]],
    ["what could not be written down", ["not-recordable", "x"]],
    ["a number that is none", ["returned", ["int", "1z"]]],
    ["a fraction that would take forever", ["returned", ["ratio", "1".repeat(5000), "3".repeat(5000)]]],
    ["too deep", ["returned", JSON.parse(`${'["list",['.repeat(20_000)}${"]]".repeat(20_000)}`)]],
  ])("are never equal to %s", (_, outcome) => {
    expect(sameOutcome(["returned", ["none"]], outcome)).toBe(false);
    expect(sameOutcome(outcome, outcome)).toBe(false);
  });
});
