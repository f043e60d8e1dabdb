"""`syncd schema`: the JSON Schema of the configuration or of a plan, for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import click

from syncd.cli.options import Command
from syncd.cli.output import deliver, tell
from syncd.schemas import DIALECT, MODELS, schema

_EXAMPLES: Final = {
    "schema plan --out plan.schema.json": "then begin plan.toml with  #:schema ./plan.schema.json",
    "schema config --out config.schema.json": "then begin config.toml with  #:schema ./config.schema.json",
}


@click.command(cls=Command, examples=_EXAMPLES)
@click.argument("what", type=click.Choice(list(MODELS)))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="PATH", help="Write it to this file.")
@click.option("--json", is_flag=True, expose_value=False, help="As without it: a schema is JSON.")
def command(what: str, out: Path | None) -> None:
    """Print the JSON Schema of the configuration or of a plan, by which editors complete and check what you write."""
    if out is not None and out.exists() and not _is_schema(out):
        raise click.UsageError(
            f"{out} is there already and is no schema of syncd's; name another file, or move that one away"
        )
    deliver(json.dumps(schema(what), ensure_ascii=False, indent=2) + "\n", out)
    if out is not None:
        tell(f"Written to {out}. The first line of your file names it: #:schema ./{out.name}")


def _is_schema(file: Path) -> bool:
    """Whether a newer schema may take the place of the file."""
    try:
        held = json.loads(file.read_bytes())
    except (ValueError, OSError, RecursionError):
        return False
    return isinstance(held, dict) and held.get("$schema") == DIALECT
