"""Runs one program inside a sandbox and passes its HTTP requests on to the one socket that leads out.

Usage: python3 launch.py PLAN, where PLAN is a JSON file:
  socket       the Unix socket that leads out
  origin       text that stands for the address that is listened on, http://127.0.0.1:PORT, wherever it is found in:
  command      the program and its arguments
  environment  more variables
  files        texts by path below the home folder, written before the start
The first line of stdin is a token, which the program is not told; the rest is the program's. The first line on stderr
is "launch: starting"; a second that begins with "launch: TOKEN cannot start" says why there is no program. Ends as the program does: with its exit code, or 128 and the signal's number.
"""

import asyncio
import json
import os
import pathlib
import sys


async def pump(reader, writer):
    """Copies until the end, and says the end."""
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
    except (ConnectionError, OSError):
        writer.close()


def passing_on_to(socket):
    async def serve(reader, writer):
        try:
            out_reader, out_writer = await asyncio.open_unix_connection(socket)
        except OSError as error:
            print(f"launch: nobody answers outside: {error}", file=sys.stderr)
            writer.close()
            return
        await asyncio.gather(pump(reader, out_writer), pump(out_reader, writer))
        out_writer.close()
        writer.close()

    return serve


def write_files(files, replaced):
    home = pathlib.Path.home()
    for name, text in files.items():
        place = home / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(replaced(text), encoding="utf-8")


def read_token():
    """Byte by byte: what comes after it is the program's."""
    token = b""
    while (byte := os.read(0, 1)) not in (b"", b"\n"):
        token += byte
    return token.decode()


async def main(plan, token):
    server = await asyncio.start_server(passing_on_to(plan["socket"]), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    def replaced(text):
        return text.replace(plan["origin"], f"http://127.0.0.1:{port}")

    write_files(plan["files"], replaced)
    more = {name: replaced(value) for name, value in plan["environment"].items()}
    command = [replaced(word) for word in plan["command"]]
    print("launch: starting", file=sys.stderr, flush=True)
    try:
        child = await asyncio.create_subprocess_exec(*command, env={**os.environ, **more})
    except OSError as error:
        print(f"launch: {token} cannot start {command[0]}: {error.strerror}", file=sys.stderr, flush=True)
        return 127
    code = await child.wait()
    return 128 - code if code < 0 else code


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        wanted = json.load(file)
    # Not through sys.exit: connections that hang must not hold the end up.
    os._exit(asyncio.run(main(wanted, read_token())))
