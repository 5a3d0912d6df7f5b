import { ModelError } from "../../base/errors.ts";
import { openaiModel } from "../openai.ts";

/** A program that asks the service at its argument once, and prints the answer or the error. */
const model = openaiModel({ name: "m", baseUrl: process.argv[2] ?? "", maxRetries: 0, timeoutMs: 20_000 });
const said = await model.complete({ messages: [{ role: "user", content: "Hi" }], tools: [] }).then(
  ({ message }) => message.content,
  (error: unknown) => (error instanceof ModelError ? `${error.code} ${error.message}` : String(error)),
);
process.stdout.write(said);
