import type { Dialect } from "../../dialect.ts";
import { readRequest, writeRequest } from "./request.ts";
import { readResponse } from "./response.ts";
import { writeResponse } from "./write-response.ts";

/** Responses, as OpenAI has them. */
export const responses: Dialect = {
  name: "responses",
  path: "/responses",
  writeRequest,
  readRequest,
  readResponse,
  writeResponse,
  writeError: (code, message) => ({ error: { message, type: code, param: null, code } }),
};
