import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** A small real git repository with documented Python code, for tests and examples. Returns its folder. */
export async function writeSampleRepository(folder: string): Promise<string> {
  for (const [name, text] of Object.entries(FILES)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=Sample", "-c", "user.email=sample@localhost", ...args], {
      cwd: folder,
      env: {
        PATH: process.env["PATH"],
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_AUTHOR_DATE: "1700000000 +0000",
        GIT_COMMITTER_DATE: "1700000000 +0000",
      },
    });
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "--message=Sample");
  return folder;
}

/** The same code base under names of its own, as a plain folder: none of its functions is one of the sample's. */
export async function writeSampleVariant(folder: string, ending: string): Promise<string> {
  for (const [name, text] of Object.entries(FILES)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text.replaceAll(/\b([a-z]+_[a-z]+)\b|(?<=\.)([a-z]+)\b/g, `$&${ending}`));
  }
  return folder;
}

const FILES: Record<string, string> = {
  "README.md": "# Orchard\n\nKeeps track of a fruit farm.\n",
  LICENSE:
    "MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files, to deal in the Software without restriction.\n",
  "orchard/__init__.py": '"""Keeps track of a fruit farm."""\n',
  "orchard/weather.py": `"""Readings of the weather station."""

import math


def dew_point(temperature, humidity):
    """Estimate the temperature at which moisture condenses, in Celsius.

    Uses the Magnus approximation with the constants of Sonntag.

    Args:
        temperature: Air temperature in Celsius.
        humidity: Relative moisture of the air, in percent.

    Returns:
        The estimate in Celsius.

    Raises:
        ValueError: If the moisture is outside zero to one hundred.
    """
    if not 0 < humidity <= 100:
        raise ValueError("humidity out of range")
    ratio = math.log(humidity / 100) + 17.62 * temperature / (243.12 + temperature)
    return 243.12 * ratio / (17.62 - ratio)


def smooth(readings, window):
    """Replace every observation by the average of its neighbours within a sliding frame.

    Args:
        readings: Observations in order of time.
        window: How many neighbours on each side take part.

    Returns:
        A list as long as the observations.
    """
    result = []
    for index in range(len(readings)):
        low = max(0, index - window)
        part = readings[low : index + window + 1]
        result.append(sum(part) / len(part))
    return result


def frost_nights(minimums, threshold=0.0):
    """Count how often the coldest hour fell below freezing in a season of records.

    Args:
        minimums: The coldest hour of each date, in Celsius.
        threshold: What counts as freezing.

    Returns:
        The number of such dates.
    """
    count = 0
    for value in minimums:
        if value < threshold:
            count += 1
    return count
`,
  "orchard/harvest.py": `"""Picking and selling."""

from .weather import frost_nights


class Basket:
    """A container of picked produce with a limit on what it carries."""

    def __init__(self, capacity):
        self.capacity = capacity
        self.items = {}

    def put(self, variety, kilograms):
        """Add produce of one sort, refusing what would exceed the carrying limit.

        Args:
            variety: The sort of produce.
            kilograms: How much of it.

        Returns:
            The weight carried afterwards.

        Raises:
            OverflowError: If the limit would be exceeded.
        """
        total = sum(self.items.values()) + kilograms
        if total > self.capacity:
            raise OverflowError(variety)
        self.items[variety] = self.items.get(variety, 0) + kilograms
        return total

    def heaviest(self):
        """Name the sort of produce that makes up most of the weight being carried.

        Returns:
            The name, or nothing when there is no produce at all.
        """
        best = None
        for name, weight in sorted(self.items.items()):
            if best is None or weight > self.items[best]:
                best = name
        return best


def expected_yield(trees, minimums, per_tree=20.0):
    """Predict the crop in kilograms, lowered for every freezing date before blossom.

    Args:
        trees: How many plants bear fruit.
        minimums: The coldest hour of each date.
        per_tree: Kilograms of a plant in a good season.

    Returns:
        The predicted crop.
    """
    damage = frost_nights(minimums) * 0.05
    share = max(0.0, 1.0 - damage)
    return trees * per_tree * share


def invoice(basket, prices, discount=0.0):
    """Compute what a customer owes for a full container after any rebate.

    Args:
        basket: The container that is sold.
        prices: Money asked for a kilogram of each sort.
        discount: Rebate as a fraction of the sum.

    Returns:
        The amount, rounded to cents.

    Raises:
        KeyError: If a sort has no price.
    """
    total = 0.0
    for variety, kilograms in basket.items.items():
        if variety not in prices:
            raise KeyError(variety)
        total += kilograms * prices[variety]
    return round(total * (1 - discount), 2)
`,
  "orchard/planting.py": `"""Where plants stand."""


def grid_positions(rows, columns, spacing):
    """Yield the coordinates of saplings set out in straight lines, metres from the gate.

    Args:
        rows: Lines away from the gate.
        columns: Saplings in one line.
        spacing: Metres between two of them.
    """
    for row in range(rows):
        for column in range(columns):
            yield (row * spacing, column * spacing)


def nearest_hydrant(position, hydrants):
    """Find the water outlet with the shortest straight distance to a sapling.

    Args:
        position: Coordinates of the sapling.
        hydrants: Coordinates of the outlets.

    Returns:
        The coordinates of the chosen outlet.
    """
    def distance(other):
        return (position[0] - other[0]) ** 2 + (position[1] - other[1]) ** 2

    best = hydrants[0]
    for hydrant in hydrants[1:]:
        if distance(hydrant) < distance(best):
            best = hydrant
    return best


def rotate_crops(fields, history):
    """Assign each plot a family of plants that did not grow there in the previous two seasons.

    Args:
        fields: Names of the plots.
        history: Families grown on each plot, latest last.

    Returns:
        A mapping of plots to families.
    """
    families = ("legume", "brassica", "allium", "root")
    plan = {}
    for field in fields:
        recent = history.get(field, [])[-2:]
        for family in families:
            if family not in recent:
                plan[field] = family
                break
    return plan
`,
};
