/** Where messages for people go. Data goes to stdout, everything else through one of these to stderr. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
  /** A line that replaces the last progress line in a terminal, and is left out elsewhere unless it is final. */
  progress(message: string, final?: boolean): void;
}

export const silentLog: Log = { info() {}, warn() {}, progress() {} };

export function createLog(stream: NodeJS.WriteStream): Log {
  let open = false;
  const line = (text: string) => {
    if (open) stream.write("\n");
    open = false;
    stream.write(`${text}\n`);
  };
  return {
    info: line,
    warn: (message) => line(`warning: ${message}`),
    progress(message, final = false) {
      if (!stream.isTTY) {
        if (final) line(message);
        return;
      }
      stream.write(`\r\u001B[2K${message.slice(0, (stream.columns ?? 80) - 1)}`);
      open = !final;
      if (final) stream.write("\n");
    },
  };
}
