import { expect, test } from "vitest";
import { createRandom } from "../../base/random.ts";
import { drawWording, type Wordings } from "./wordings.ts";

const wordings: Wordings<"plain" | "terse" | "ticket"> = {
  all: ["plain", "terse", "ticket"],
  heldOut: ["ticket"],
};
const drawn = (template: "terse" | null, held_out_templates: boolean) =>
  new Set(
    Array.from({ length: 50 }, (_, seed) =>
      drawWording({ template, held_out_templates }, wordings, createRandom(seed)),
    ),
  );

test("a wording that is held out is drawn only when that is asked for, and a pinned one is taken", () => {
  expect(drawn(null, false)).toEqual(new Set(["plain", "terse"]));
  expect(drawn(null, true)).toEqual(new Set(["ticket"]));
  expect(drawn("terse", true)).toEqual(new Set(["terse"]));
});
