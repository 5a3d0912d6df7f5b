import { FRUITMATH_USER } from "../../../environments/testing/fruitmath.ts";

/** Functions that are given an open file: what they are called with cannot be written down, so only their tests can say what they do. */
export const PRESS_FILES: Readonly<Record<string, string>> = {
  LICENSE: FRUITMATH_USER.LICENSE,
  "orchard/__init__.py": "",
  "orchard/measures.py": 'def half(weight):\n    """Return half of a weight."""\n    return weight / 2\n',
  "orchard/press.py": `"""What is made of fruit."""


def squeeze(fruits, jug):
    """Write a line into an open jug for each fruit that weighs anything: its name and weight, of unripe ones half; return how many."""
    pressed = 0
    for name, weight, ripe in fruits:
        if weight <= 0:
            continue
        share = weight if ripe else weight / 2
        jug.write(f"{name}: {share}\\n")
        pressed += 1
    return pressed


def stir(jug, times):
    """Write as many strokes into an open jug as are asked for, and a dot for each third."""
    for number in range(times):
        stroke = "." if number % 3 == 2 else "-"
        jug.write(stroke)


def shake(jug, times):
    """Write into an open jug how often it is shaken, and twice where that is often."""
    for _ in range(1 if times < 10 else 2):
        text = str(times + 1)
        jug.write(text)


def pour(jug, cups):
    """Write into an open jug what is left in it after so many cups."""
    left = 12 - cups * 3
    if left < 0:
        left = 0
    jug.write(f"{left} left")


def taste(jug, recipe):
    """Write into an open jug what a recipe comes to."""
    result = eval(recipe)
    text = f"{result}"
    jug.write(text * 2)
`,
  "tests/test_press.py": `import os
import tempfile
from unittest import mock

import pytest

from orchard.press import pour, shake, squeeze, stir, taste

FRUITS = [("plum", 4, True), ("fig", 3, False), ("stone", 0, True), ("pear", 7, True)]


@pytest.fixture
def jug():
    return open(tempfile.mkstemp()[1], "w+")


def read(jug):
    jug.seek(0)
    return jug.read()


def test_squeeze(jug):
    assert squeeze(FRUITS, jug) == 3
    assert read(jug) == "plum: 4\\nfig: 1.5\\npear: 7\\n"


def test_squeeze_one():
    jug = mock.Mock()
    assert squeeze([("fig", 1, True)], jug) == 1
    jug.write.assert_called_once_with("fig: 1\\n")


def test_squeeze_nothing(jug):
    assert not squeeze([("stone", 0, False), ("leaf", -1, True)], jug)
    assert read(jug) == ""


def test_squeeze_anything(jug):
    try:
        squeeze([], jug)
    except NotImplementedError:
        pass


def test_stir(jug):
    stir(jug, 4)
    assert read(jug) == "--.-"
    assert os.environ["PYTHONHASHSEED"] == "0"


def test_shake(jug):
    try:
        shake(jug, 12)
    except NotImplementedError:
        return
    assert read(jug) == "1313"


def test_pour(jug):
    pour(jug, 2)


def test_taste(jug):
    taste(jug, "1 + 2")
    assert read(jug) == "33"
`,
};
