import { describe, expect, it } from "vitest";
import type { Definition } from "../../syntax.ts";
import { withoutSquashed } from "../../fixes/message.ts";
import { issueOfMessage } from "./message-text.ts";

const definition = (qualifiedName: string) => ({ qualifiedName }) as Definition;
const giveaways = {
  paths: ["orchard/storage.py"],
  definitions: [definition("ColdRoom.stow_away"), definition("weigh")],
  newNames: [/\bis_full\b/],
  addedLines: new Set(["if len(self.crates) >= self.limit:"]),
};
const cleaned = (message: string) => issueOfMessage(withoutSquashed(message), giveaways);

describe("what is left of a message", () => {
  it.each([
    ["fix(storage): rooms take one crate too many (#12)", "rooms take one crate too many"],
    ["Fix #12: rooms take one crate too many (#13) (#14)", "rooms take one crate too many"],
    ["[3.1] rooms take one crate too many (:issue:`12`, :pr:`13`)", "rooms take one crate too many"],
    ["Rooms take one crate too many, closing #12", "Rooms take one crate too many"],
    [
      "Rooms take one crate too many\n\nFixes #12\nSigned-off-by: A <a@localhost>",
      "Rooms take one crate too many",
    ],
    ["Rooms leak\n\nAs seen in #12. It drips.", "Rooms leak"],
    ["Rooms leak\n\nFixed documentation on how to close doors", "Rooms leak"],
    ["Rooms leak\n\nThis commit closes the door. The floor was wet.", "Rooms leak\n\nThe floor was wet."],
    [
      "Rooms leak\n\n* Close the door\n\nThe floor was wet.\n\n* Fix lint\n\nBlack.",
      "Rooms leak\n\nThe floor was wet.",
    ],
    [
      "Rooms leak\n\n    $ orchard show\n    wet\n\nSee storage.py for that.",
      "Rooms leak\n\n    $ orchard show\n    wet",
    ],
    ["Rooms leak\n\n```\nif len(self.crates) >= self.limit:\n```\n", "Rooms leak"],
    ["Rooms leak\n\n- the floor is wet\n- `weigh` is wrong\n", "Rooms leak\n\n- the floor is wet"],
    [
      "Rooms leak\n\nIt drips. Seen with:\n\n- `weigh`\n\nThe floor was wet.",
      "Rooms leak\n\nIt drips.\n\nThe floor was wet.",
    ],
    ["Rooms leak\n\nSeen with:\n\n- an old door\n", "Rooms leak\n\nSeen with:\n\n- an old door"],
    ["Use is_full\n\nHowever, rooms leak.", ""],
    ["1.0.1", ""],
  ])("%j", (message, left) => {
    expect(cleaned(message)).toBe(left);
  });

  it.each(["They weigh a lot.", "The storage is cold.", "We store and stow things.", "A cold room is full."])(
    "keeps plain words that are names too: %s",
    (sentence) => {
      expect(cleaned(sentence)).toBe(sentence);
    },
  );

  it.each([
    "It is in orchard/storage.py.",
    "It is in `storage`.",
    "It is in the storage module.",
    "It is in orchard.storage somewhere.",
    "ColdRoom is wrong.",
    "The stow_away does it.",
    "Calling weigh() fails.",
    "The function weigh fails.",
  ])("drops what gives the place away: %s", (sentence) => {
    expect(cleaned(`Rooms leak\n\n${sentence}`)).toBe("Rooms leak");
  });
});
