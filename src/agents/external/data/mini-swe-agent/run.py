"""Starts mini-swe-agent from the folder of packages beside this file, without letting the commands that it runs see them."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "packages"))

if sys.argv[1:] == ["--version"]:
    from importlib.metadata import version

    print(version("mini-swe-agent"))
else:
    from minisweagent.run.mini import app

    app()
