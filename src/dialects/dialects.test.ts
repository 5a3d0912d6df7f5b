import { expect, it } from "vitest";
import { describeDialectConformance } from "./conformance.ts";
import { dialectOfPath, dialects } from "./index.ts";

for (const dialect of Object.values(dialects)) describeDialectConformance(dialect);

it.each([
  ["/s1/v1/chat/completions", "chat"],
  ["/v1/responses?stream=true", "responses"],
  ["/v1/messages/", "messages"],
  ["/v1/messages/count_tokens", undefined],
  ["/v1/models", undefined],
])("knows the dialect of %s", (path, name) => {
  expect(dialectOfPath(path)?.name).toBe(name);
});
