/** A service that answers at once: what its path says, so that all time but its own is the way to it. */
import { createServer } from "node:http";
import { announce } from "./process.ts";

const ANSWER = JSON.stringify({
  id: "c",
  choices: [{ message: { role: "assistant", content: "x".repeat(2000) } }],
});
const EVENT = `data: ${JSON.stringify({ choices: [{ delta: { content: "some words " } }] })}\n\n`;
/** Events of a stream, as many as a short answer has. */
const EVENTS = 100;
const BLOCK = Buffer.alloc(65_536, "x");

const server = createServer((request, response) => {
  request.resume();
  request.on("end", () => {
    const url = new URL(request.url ?? "/", "http://x");
    const megabytes = Number(url.searchParams.get("megabytes") ?? 0);
    if (url.searchParams.has("stream")) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      let sent = 0;
      const send = () => {
        if (sent++ === EVENTS) return void response.end("data: [DONE]\n\n");
        response.write(EVENT);
        setImmediate(send);
      };
      return send();
    }
    if (megabytes === 0)
      return void response.writeHead(200, { "content-type": "application/json" }).end(ANSWER);
    response.writeHead(200, { "content-type": "application/octet-stream" });
    let blocks = megabytes * 16;
    const send = () => {
      while (blocks-- > 0) if (!response.write(BLOCK)) return void response.once("drain", send);
      response.end();
    };
    send();
  });
});
announce(server);
