import type { Dialect } from "../../dialect.ts";
import { readRequest, writeRequest } from "./request.ts";
import { readResponse } from "./response.ts";
import { writeResponse } from "./write-response.ts";

/** Messages, as Anthropic has them. */
export const messages: Dialect = {
  name: "messages",
  path: "/messages",
  writeRequest,
  readRequest,
  readResponse,
  writeResponse,
  writeError: (code, message) => ({ type: "error", error: { type: code, message } }),
};
