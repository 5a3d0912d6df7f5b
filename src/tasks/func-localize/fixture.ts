/** A small project with targets of every kind, look-alikes, and candidates that must be rejected. */
export const FIXTURE_FILES: Readonly<Record<string, string>> = {
  LICENSE:
    "MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining a copy of this software\n",
  "README.md": "# Orchard\n\nPlans harvests.\n",
  "orchard/__init__.py": "",
  "orchard/weather.py": `"""Weather and what it means for fruit."""
import math


def frost_risk(temperature, humidity, wind=0.0):
    """Estimate how likely blossoms are to be damaged in a cold night.

    The dew point is derived from relative humidity with the Magnus formula.

    Parameters
    ----------
    temperature : float
        Degrees Celsius at sunset.
    humidity : float
        Relative humidity between zero and one.
    wind : float
        Metres per second.

    Returns
    -------
    float
        A probability.
    """
    gamma = math.log(humidity) + 17.6 * temperature / (243.1 + temperature)
    dew = 243.1 * gamma / (17.6 - gamma)
    margin = min(temperature, dew) - wind * 0.1
    return 1 / (1 + math.exp(margin))


def chill_hours(readings, threshold=7.2):
    """Sum the winter hours below a temperature that buds need for dormancy."""
    total = 0
    for reading in readings:
        if reading < threshold:  # noqa: SIM102
            total += 1
    return total


def _mean(readings):
    """The mean."""
    return sum(readings) / len(readings)
`,
  "orchard/storage.py": `class ColdStore:
    """Rooms in which crates of picked fruit are kept at low oxygen until they are sold.

    Crates leave in the order in which they were ripe.
    """

    def __init__(self, rooms, capacity):
        self.rooms = rooms
        self.capacity = capacity
        self.crates = []

    def place(self, crate, room):
        """Store a crate in the coldest chamber that still has free shelves."""
        if len(self.crates) >= self.capacity:
            raise OverflowError(room)
        self.crates.append((room, crate))
        return len(self.crates)

    def ripest(self, count=1):
        if count < 1:
            raise ValueError(count)
        return sorted(self.crates)[:count]

    def ventilate(self, minutes):
        """Exchange the ethylene-rich atmosphere against fresh air with the ceiling fans."""
        for room in self.rooms:
            room.open()
            room.fan(minutes)
            room.close()
`,
  "orchard/sales.py": `def invoice(customer, crates, tax):
    """Write the bill that a wholesale buyer receives, with discounts for large orders."""
    net = sum(crate.price for crate in crates)
    if len(crates) > 100:
        net = net * 0.95
    return {"customer": customer, "net": net, "gross": net * (1 + tax)}


def reminders(invoices, today):
    """Yield letters to debtors whose payment deadline has passed, oldest debt first."""
    for one in sorted(invoices, key=lambda one: one["due"]):
        if one["due"] < today:
            yield one["customer"], today - one["due"]
    return None


def ledger(invoices):
    """Return the balance.

    :param accounts: there is no such parameter in this signature
    """
    total = 0
    for one in invoices:
        total += one["gross"]
    return total
`,
  "orchard/_vendor/tool.py": `def vendored(path):
    """Read a configuration file of a foreign library from the disk of the machine."""
    with open(path) as file:
        text = file.read()
    return text
`,
  "tests/test_weather.py": `def test_frost():
    """Check that the probability of damage grows when the night becomes colder."""
    a = 1
    b = 2
    assert a < b
`,
};

/** A project of a few files has too few look-alikes for the thresholds that are meant for real ones. */
export const FIXTURE_OPTIONS = { min_distractors: 0, min_lookups: 0, ambiguity_margin: 0 };
