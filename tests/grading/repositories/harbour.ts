import { all, type Files, filesOf, write } from "../files.ts";

/** A project in TypeScript and JavaScript, with what makes comments hard to tell from code there. */
const SHIPS = `import { Berth, dock } from "./berths.js";
import * as weather from "./weather.js";

export interface Ship {
  /** What it is called. */
  name: string;
  tons: number;
}

export const LIMIT = 40; // tons

const PATTERN = /\\/\\/ not a comment/g;
const ADDRESS = "http://harbour/*ships*/";
const TEXT = \`
// setup
/* \${LIMIT /* tons */} */
\`;

/**
 * Put a ship to a berth.
 *
 * @returns how many there are
 */
export function moor(ship: Ship, berth: Berth): number {
  if (ship.tons > LIMIT) {
    throw new RangeError(ship.name);
  }
  dock(ship, berth);
  // old = ship.tons
  return berth.ships.length;
}

/** Weigh a ship. */
export const weigh = (ship: Ship): number => {
  const tons = ship.tons;
  return tons * 2;
};

export function load(cargo: string): void;
export function load(cargo: number): void;
/** Load cargo of any kind. */
export function load(cargo: string | number): void {
  const text = \`\${cargo} // \${PATTERN} \${ADDRESS} \${TEXT}\`;
  // eslint-disable-next-line no-console
  console.log(text);
}

function logged(..._rest: unknown[]): void {}

/** All that floats. */
export class Fleet<T extends Ship> {
  private ships: T[] = [];
  // @ts-expect-error: wrong on purpose
  private odd: number = "x";

  constructor(readonly home: string) {}

  /** Add a ship. */
  @logged
  add(ship: T): this {
    this.ships.push(ship);
    return this;
  }

  get size(): number {
    return this.ships.length;
  }

  /** Set the size. */
  set size(value: number) {
    this.ships.length = value;
  }

  // the first one
  first(): T | undefined {
    return this.ships[0];
  }

  sail = async (to: string) => {
    const result = await weather.forecast(to);
    return result;
  };
}

export function launch(ships: Ship[]): number {
  const fleet = new Fleet<Ship>("north");
  for (const ship of ships) fleet.add(ship);
  const tons = ships.map((ship) => weigh(ship));
  return moor(ships[0], new Berth()) + tons.length;
}

export default function (fleet: Fleet<Ship>): number {
  const half = () => fleet.size / 2;
  return half();
}
`;

const BERTHS = `import type { Ship } from "./ships.js";

export class Berth {
  ships: Ship[] = [];
}

export function dock(ship: Ship, berth: Berth) {
  berth.ships.push(ship);
  let count = berth.ships.length
  count += 1
  return count
}
`;

const WEATHER = `"use strict";
/* eslint-disable no-var */
var cache = {};

/** Say how the weather will be. */
exports.forecast = async function (place) {
  const known = cache[place]; // what was said before
  if (known) return known;
  return (cache[place] = place.length / 2);
};

exports.storm = function storm(place) {
  return cache[place] > 9;
};
`;

const PANEL = `import React from "react";

type Props = { name: string };

/** Show one ship. */
export function Panel({ name }: Props) {
  const title = name.toUpperCase();
  return (
    <div className="panel">
      // this is text
      <b>{title}</b> {/* the name */}
    </div>
  );
}
`;

const WINDOWS = `export function anchor(chain: string) {\r
  const length = chain.length;\r
  return length;\r
}\r
\r
/**\r
 * Lift the anchor.\r
 */\r
export function lift(chain: string) {\r
  const length = chain.length;\r
  return -length;\r
}\r
`;

const SCRIPT = `#!/usr/bin/env node
// @ts-check
const { forecast } = require("../src/weather.js");

/** Run it. */
function main() {
  const place = process.argv[2];
  return forecast(place);
}

main();
`;

export const HARBOUR: Files = all(write("bin/harbour.js", SCRIPT, "100755"))(
  filesOf({
    "README.md": "# Harbour\n",
    "package.json": '{ "name": "harbour" }\n',
    "package-lock.json": "{}\n",
    "src/Panel.tsx": PANEL,
    "src/berths.ts": BERTHS,
    "src/ships.ts": SHIPS,
    "src/weather.js": WEATHER,
    "src/windows.ts": WINDOWS,
    "src/types.d.ts": "/** A name. */\nexport declare function nameOf(ship: unknown): string;\n",
    "test/ships.test.ts": 'import { launch } from "../src/ships.js";\n\ntest("launch", () => launch([]));\n',
    "tsconfig.json": '{\n  // loose\n  "compilerOptions": {}\n}\n',
  }),
);
