"""Where the example plans are: beside the demo where syncd is installed, else in the project's tree."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def example(name: str = "riverbend") -> Path:
    """The folder of an example: "riverbend", a whole district's plan, or "small", one to begin with."""
    installed = Path(str(files("syncd.demo"))) / name
    return installed if installed.is_dir() else Path(__file__).parents[1] / "examples" / name
