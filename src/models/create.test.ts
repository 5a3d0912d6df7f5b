import { expect, it } from "vitest";
import { InputError } from "../base/errors.ts";
import { checkModelSettings } from "./create.ts";
import type { ModelApi } from "./settings.ts";

function refused(api: ModelApi, baseUrl: string): InputError {
  try {
    checkModelSettings({ api, baseUrl });
  } catch (error) {
    if (error instanceof InputError) return error;
  }
  throw new Error(`${baseUrl} was taken`);
}

it.each(["http://localhost:8000/v1", "HTTPS://host/a@b", "https://host/v1?user=a@b"])("takes %s", (url) => {
  expect(() => checkModelSettings({ api: "openai", baseUrl: url })).not.toThrow();
});

it.each([
  "https://me:secret@host/v1",
  "https://secret@host/v1",
  "https://me:se@secret@host/v1",
  "https://me:se/secret@host/v1",
  "me:secret@host:80/v1",
  "ftp://me:secret@host/v1",
])("refuses %s, which has a password, and does not repeat it", (url) => {
  const error = refused("anthropic", url);
  expect(error.code).toBe("base-url-unusable");
  expect(JSON.stringify([error.message, error.hint, error.fields])).not.toContain("secret");
  expect(error.message).toContain("host");
});

it("says where a key belongs", () => {
  expect(refused("anthropic", "https://me:secret@host").hint).toContain("ANTHROPIC_API_KEY");
});

it.each<[ModelApi, string]>([
  ["openai", ""],
  ["openai", "localhost:8000"],
  ["replay", "/no/such/file"],
])("refuses what cannot be asked: %s %j", (api, url) => {
  expect(refused(api, url).code).toBe("base-url-unusable");
});

it("names the flag in which the endpoint was given, and repeats no password", () => {
  const check = () => checkModelSettings({ api: "openai", baseUrl: "user:s3cret@host" }, "--upstream");
  expect(check).toThrow("--upstream is no URL");
  expect(check).not.toThrow("s3cret");
});
