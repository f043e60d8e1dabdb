"""The one place where what went wrong becomes words for people and an exit code."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from connectors.errors import Invalid, NoAccess, NotFound, ToolError
from connectors.registry import UnknownKind
from syncd.characters import in_one_line
from syncd.chronicle import NothingKnown
from syncd.cli.codes import Code
from syncd.cli.options import copyable
from syncd.cli.output import tell
from syncd.documents.document import FORMS
from syncd.errors import FileError, FolderError, Problem, WrongName
from syncd.plan.sources import is_address
from syncd.scorecard.explain import UnknownItem
from syncd.scorecard.privacy import Leak
from syncd.service.server import PortTaken, ServerFailed
from syncd.store.errors import StoreError

_INTERRUPTED: Final = 130
_VARIABLE: Final = "environment variable "
"""How the place of a problem begins that is no file."""
_REPORT: Final = "Run it again with --verbose, and report what it says."
_log = logging.getLogger(__name__)
"""Not structlog's: that one would print on stdout where something failed before the log was set up."""


def explained(error: BaseException) -> int:
    """Say on stderr what went wrong and what to do; the exit code. The log holds the trace of what was unforeseen."""
    words, code = _ending(error)
    tell(words)
    if code == Code.FAULT:
        _log.info("this was unforeseen", exc_info=error)
    return code


def tool_code(error: ToolError) -> Code:
    """What a failure of a tool ends with: a container that is not there is a matter of the configuration."""
    return Code.WRONG if isinstance(error, NotFound | NoAccess | Invalid) else Code.UNREACHABLE


def _ending(error: BaseException) -> tuple[str, int]:
    code: int = Code.FAULT
    match error:
        case WrongName():
            words, code = f"{copyable(str(error))}\nName one that stands there.", Code.WRONG
        case UnknownItem() | UnknownKind() | PortTaken() | NothingKnown() | FolderError():
            words, code = copyable(_ended(str(error))), Code.WRONG
        case FileError():
            words, code = copyable(listed(error.problems)), Code.WRONG
        case StoreError():
            words, code = in_words(error), Code.UNREACHABLE
        case ToolError():
            words, code = in_words(error), tool_code(error)
        case OSError() if error.filename is not None:
            words = f"{error.filename}: {error.strerror or error}. Check the path, and who may write there."
            code = Code.WRONG
        case KeyboardInterrupt():
            words, code = "Stopped. Run it again to go on.", _INTERRUPTED
        case ServerFailed():
            words = f"{error} {_REPORT}"
        case Leak():
            words = str(error)
        case _:
            happened = f"Something unforeseen happened ({type(error).__name__}: {' '.join(str(error).split())})."
            words = f"{happened} {_REPORT}"
    return words, code


def in_words(error: ToolError | StoreError) -> str:
    """What happened, in the tool's or the store's own words, and what to do."""
    return copyable(f"{_ended(str(error))} {error.next_step}")


def listed(problems: Sequence[Problem]) -> str:
    """Everything that is wrong with the files, a line each, that they were not used, and what to do."""
    many = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    one = len({problem.file for problem in problems}) == 1
    unused = "this file was not used" if one else "these files were not used"
    steps = " ".join(dict.fromkeys(map(remedy, problems)))
    return "\n".join([*map(str, problems), f"{many}; {unused}. {steps}"])


def remedy(problem: Problem) -> str:
    """Where to correct it; where the file itself could not be had, that it is this which is to be seen to."""
    if problem.line is None and is_address(problem.file):
        return "Open that address in a browser on this machine, or name another."
    if problem.file.startswith(_VARIABLE):
        return "Correct that variable, or take it away."
    there = _to_be_had(Path(problem.file)) if problem.line is None else ""
    return there or f"Correct it in {in_one_line(Path(problem.file).name)}."


def _to_be_had(path: Path) -> str:
    """What to do for a file that cannot be had; "" where it can."""
    absent, read = "Put the file there, or name another.", f"Let syncd's account read {in_one_line(path.name)}."
    try:
        mode = path.stat().st_mode
    except PermissionError:
        return read
    except ValueError:  # it has characters that no file's name has
        return absent
    except OSError:
        return "Put back what the link leads to, or take the link away." if path.is_symlink() else absent
    if stat.S_ISDIR(mode) and path.suffix in FORMS:
        return "Give the folder another name, or put a file in its place."
    if not stat.S_ISREG(mode):
        return absent
    return "" if os.access(path, os.R_OK, effective_ids=os.access in os.supports_effective_ids) else read


def _ended(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else f"{words}."
