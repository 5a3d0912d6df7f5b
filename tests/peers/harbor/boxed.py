"""Harbor's environment without containers: a folder as the root, entered with bubblewrap; the Dockerfile is followed line by line."""

import asyncio
import os
import pathlib
import shutil
import tempfile

from harbor.environments.base import BaseEnvironment, ExecResult

SYSTEM = ["usr", "bin", "sbin", "lib", "lib64"]


class BoxedEnvironment(BaseEnvironment):
    """Takes of a Dockerfile what ours use; an image's own programs are this machine's."""

    def __init__(self, *args, broken_node=False, **kwargs):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="boxed-"))
        self.broken_node = broken_node
        self.workdir = "/"
        super().__init__(*args, **kwargs)

    @staticmethod
    def type():
        return "boxed"

    def _validate_definition(self):
        if not (self.environment_dir / "Dockerfile").is_file():
            raise FileNotFoundError("Dockerfile")

    async def start(self, force_build):
        for name in ["tmp", "root", "proc", "dev", "etc", "node"]:
            (self.root / name).mkdir()
        broken = self._inside("/node/node")
        broken.write_text("#!/bin/sh\nexit 1\n")
        broken.chmod(0o755)
        for place in map(pathlib.Path("/").joinpath, SYSTEM):
            if place.is_symlink():
                (self.root / place.name).symlink_to(os.readlink(place))
        for line in (self.environment_dir / "Dockerfile").read_text().replace("\\\n", " ").splitlines():
            await self._follow(*line.split(maxsplit=1))
        await self.ensure_dirs(self._mount_targets())

    async def _follow(self, instruction, rest):
        if instruction == "WORKDIR":
            self.workdir = rest
            self._inside(rest).mkdir(parents=True, exist_ok=True)
        elif instruction == "COPY":
            source, target = rest.split()
            shutil.copy(self.environment_dir / source, self._inside(target))
        elif instruction == "RUN":
            result = await self.exec(rest)
            if result.return_code != 0:
                raise RuntimeError(f"RUN {rest}: {result.stdout}{result.stderr}")
        elif instruction != "FROM":
            raise ValueError(f"{instruction} is not followed here")

    def _inside(self, path):
        return self.root / path.lstrip("/")

    async def stop(self, delete):
        shutil.rmtree(self.root, ignore_errors=True)

    async def upload_file(self, source_path, target_path):
        shutil.copy(source_path, self._inside(target_path))

    async def upload_dir(self, source_dir, target_dir):
        shutil.copytree(source_dir, self._inside(target_dir), dirs_exist_ok=True, symlinks=True)

    async def download_file(self, source_path, target_path):
        shutil.copy(self._inside(source_path), target_path)

    async def download_dir(self, source_dir, target_dir):
        shutil.copytree(self._inside(source_dir), target_dir, dirs_exist_ok=True, symlinks=True)

    async def exec(self, command, cwd=None, env=None, timeout_sec=None, user=None):
        box = ["bwrap", "--die-with-parent", "--unshare-net", "--unshare-pid", "--bind", str(self.root), "/"]
        for name in SYSTEM:
            place = pathlib.Path("/") / name
            if place.exists() and not place.is_symlink():
                box += ["--ro-bind", str(place), str(place)]
        box += ["--ro-bind", "/etc", "/etc", "--proc", "/proc", "--dev", "/dev", "--clearenv"]
        if not self.broken_node:
            box += ["--ro-bind", os.path.dirname(os.environ["NODE"]), "/node"]
        inside = {"PATH": "/node:/usr/bin:/bin", "HOME": "/root", **(self._merge_env(env) or {})}
        for name, value in inside.items():
            box += ["--setenv", name, value]
        box += ["--chdir", cwd or self.task_env_config.workdir or self.workdir, "/bin/sh", "-c", command]
        process = await asyncio.create_subprocess_exec(
            *box, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        out, err = await asyncio.wait_for(process.communicate(), timeout_sec)
        return ExecResult(stdout=out.decode(), stderr=err.decode(), return_code=process.returncode)
