import { HubError, messageOf } from "../base/errors.ts";
import { describeWriteFailure, writeFileDurably } from "../base/files.ts";

const TRIES = 3;

/** Writes what comes to a file, which appears when all of it is there. A connection that is cut is begun anew. */
export async function download(file: string, ask: () => Promise<Blob>, signal?: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const blob = await ask();
    try {
      await writeFileDurably(file, async (handle) => {
        for await (const chunk of bytesOf(blob)) {
          signal?.throwIfAborted();
          await handle.writeFile(chunk);
        }
      });
      return;
    } catch (error) {
      signal?.throwIfAborted();
      const described = describeWriteFailure(error, file);
      if (described !== error) throw described;
      if (attempt === TRIES) throw cutOff(file, error);
    }
  }
}

/** A short answer is a cut one, whatever the connection said. */
async function* bytesOf(blob: Blob): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of blob.stream()) {
    bytes += chunk.byteLength;
    yield chunk;
  }
  if (bytes !== blob.size) throw new Error(`${bytes} bytes came of ${blob.size}`);
}

function cutOff(file: string, error: unknown): HubError {
  return new HubError({
    code: "hub-failed",
    message: `The hub failed: ${messageOf(error)}`,
    hint: "Run the same command again; the files that came whole are kept.",
    fields: { file },
    cause: error,
  });
}
