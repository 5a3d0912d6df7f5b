import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ImportError } from "../base/errors.ts";
import type { Json } from "../base/json.ts";
import type { Importer } from "../importer.ts";
import { sampleSchema } from "../sample.ts";
import { importers } from "./index.ts";

/** What every importer must do with documents of its format. Not part of the package. */
export function describeImporterConformance(
  importer: Importer,
  documents: Readonly<Record<string, Json>>,
): void {
  const source = { name: "file.jsonl", row: 3 };
  const read = (document: Json) => importer.read(document, source);

  describe(`the importer ${importer.format}`, () => {
    describe.each(Object.entries(documents))("of %s", (_, document) => {
      it("is the only one that recognises it", () => {
        const formats = importers.filter((one) => one.recognises(document)).map(({ format }) => format);
        expect(formats).toEqual([importer.format]);
      });

      it("makes a sample that says where it came from", () => {
        const sample = read(document);
        expect(sampleSchema.parse(sample)).toEqual(sample);
        expect(sample.origin).toEqual({ format: importer.format, ...source });
        expect(sample.grade.kind).not.toBe("graded");
      });

      it("makes the same of the same, and leaves the document as it was", () => {
        const before = structuredClone(document);
        expect(read(document)).toEqual(read(structuredClone(document)));
        expect(document).toEqual(before);
      });

      it("says of every field that nobody knows that it is lost", () => {
        for (const owner of objectsIn(document)) {
          // Not structuredClone: what a fixture says twice by one object would be marked twice.
          const marked: Json = JSON.parse(JSON.stringify(document));
          const place = at(marked, owner);
          place[UNKNOWN] = "?";
          const { lost, events } = read(marked);
          const isKept = JSON.stringify(events).includes(UNKNOWN);
          const name = [...owner.filter((part) => typeof part === "string"), UNKNOWN].join(".");
          const isLost = lost.some((one) => one === name || name.startsWith(`${one}.`));
          const isSaid = isKept || isLost || isSkipped(marked, owner, lost);
          expect(`${name}: ${isSaid}`).toBe(`${name}: true`);
        }
      });

      it("never fails but by refusing, whatever is damaged", () => {
        fc.assert(
          fc.property(fc.nat(), damage, (where, value) => {
            const damaged = structuredClone(document);
            const places = objectsIn(damaged);
            const owner = at(damaged, places[where % places.length] ?? []);
            const names = Object.keys(owner);
            const name = names[where % Math.max(1, names.length)];
            if (name !== undefined) owner[name] = value;
            expectSampleOrRefusal(importer, damaged);
          }),
          { numRuns: 300 },
        );
      });
    });

    it("refuses what is of no format", () => {
      fc.assert(
        fc.property(fc.jsonValue(), (value) => {
          const document: Json = JSON.parse(JSON.stringify(value));
          if (importer.recognises(document)) return;
          expect(() => read(document)).toThrow(ImportError);
        }),
      );
    });
  });
}

const UNKNOWN = "nobody_knows_this";

/** An object of a list that is left out as a whole is named after what it says it is. */
function isSkipped(document: Json, owner: Path, lost: readonly string[]): boolean {
  return owner.some((part, place) => {
    if (typeof part !== "number") return false;
    const list = owner
      .slice(0, place)
      .filter((one) => typeof one === "string")
      .join(".");
    return Object.values(at(document, owner.slice(0, place + 1))).some(
      (value) => typeof value === "string" && lost.includes(`${list}.${value}`),
    );
  });
}

const damage = fc.constantFrom<Json>(
  null,
  "",
  "x",
  -1,
  0.5,
  1e30,
  true,
  [],
  {},
  [1],
  [null],
  [[]],
  { x: 1 },
  [{ x: 1 }],
);

function expectSampleOrRefusal(importer: Importer, document: Json): void {
  try {
    sampleSchema.parse(importer.read(document, { name: "damaged.json" }));
  } catch (error) {
    expect(error).toBeInstanceOf(ImportError);
  }
}

type Path = readonly (string | number)[];

/** Where the objects of a document are. */
function objectsIn(value: Json, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [];
  const below = Object.entries(value).flatMap(([name, item]) =>
    objectsIn(item, [...path, Array.isArray(value) ? Number(name) : name]),
  );
  return Array.isArray(value) ? below : [path, ...below];
}

function at(document: Json, path: Path): { [key: string]: Json } {
  let value: unknown = document;
  for (const part of path) value = Reflect.get(Object(value), part);
  return Object(value);
}
