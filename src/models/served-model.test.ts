import { expect, it } from "vitest";
import { isAccepted, sameModel } from "./served-model.ts";

it.each([
  ["gpt-4o", "gpt-4o"],
  ["GPT-4o", "gpt-4o"],
  ["openai/gpt-4o", "gpt-4o"],
  ["gpt-4o", "openai/gpt-4o"],
  ["fast/qwen3-8b", "accounts/slow/models/qwen3-8b"],
  ["qwen3", "/models/qwen3.gguf"],
  ["qwen3.gguf", "C:\\models\\Qwen3.GGUF"],
  ["gpt-4o", "gpt-4o-2024-08-06"],
  ["claude-sonnet-4", "claude-sonnet-4-20250514"],
  ["gemini-2.5-pro-preview", "gemini-2.5-pro-preview-05-06"],
  ["command-r", "command-r-08-2024"],
  ["gpt-4", "gpt-4-0613"],
  ["gemini-1.5-pro", "gemini-1.5-pro-002"],
  ["mistral-small", "mistral-small-latest"],
  ["claude-3-5-haiku-latest", "claude-3-5-haiku-20241022"],
  ["llama3:latest", "llama3"],
  ["llama3", "llama3:8b"],
  ["qwen/qwen3-coder", "qwen/qwen3-coder:free"],
  ["qwen3", "qwen3@9c92a3f"],
  ["gpt-4o", "openai/gpt-4o-2024-08-06:extended"],
  ["gpt-4o", undefined],
  ["gpt-4o", " "],
])("%s is answered by %s", (asked, served) => {
  expect(sameModel(asked, served)).toBe(true);
});

it.each([
  ["gpt-4o", "gpt-4o-mini"],
  ["gpt-4o", "gpt-4o-mini-2024-07-18"],
  ["gpt-4o-mini", "gpt-4o"],
  ["gpt-4o-2024-08-06", "gpt-4o-2024-05-13"],
  ["gpt-4o-2024-08-06", "gpt-4o"],
  ["qwen3-8b", "qwen3-8b-instruct-lora"],
  ["qwen3", "qwen3-8b"],
  ["qwen3", "qwen35"],
  ["claude-sonnet-4", "claude-sonnet-4-5-20250929"],
  ["claude-sonnet-4", "claude-sonnet-4-5"],
  ["claude-3-5-haiku-latest", "claude-3-5-sonnet-20241022"],
  ["gemini-2.5-pro", "gemini-2.5-pro-preview-05-06"],
  ["deepseek-v3", "deepseek-v3.1"],
  ["llama3:8b", "llama3:70b"],
  ["model", "/models/other.gguf"],
])("%s is not answered by %s", (asked, served) => {
  expect(sameModel(asked, served)).toBe(false);
});

it("takes names that are accepted besides, letter for letter", () => {
  const accepted = ["/models/Q4.gguf", "our-model"];
  expect(isAccepted("qwen3", "our-model", accepted)).toBe(true);
  expect(isAccepted("qwen3", "/models/Q4.gguf", accepted)).toBe(true);
  expect(isAccepted("qwen3", "Q4.gguf", accepted)).toBe(false);
  expect(isAccepted("qwen3", "our-model-2", accepted)).toBe(false);
  expect(isAccepted("qwen3", undefined, accepted)).toBe(true);
});
