"""Unpacks the Python files of wheels: `wheels.py WHEELS OUT`. Nothing of them is run."""

import pathlib
import sys
import zipfile

wheels, out = map(pathlib.Path, sys.argv[1:])
for wheel in sorted(wheels.glob("*.whl")):
    folder = (out / wheel.name.removesuffix(".whl")).resolve()
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            target = (folder / name).resolve()
            if name.endswith((".py", ".pyi")) and target.is_relative_to(folder):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(name))
