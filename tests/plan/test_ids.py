"""Which plan has which id, among many."""

from __future__ import annotations

from pathlib import Path

import pytest

from syncd.plan import ids
from syncd.plan.ids import Ids


def test_many_plans_are_each_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each for all others anew takes their number squared: hours, with ten thousand districts."""
    names = [f"d{number}" for number in range(40)]
    for name in names:
        (tmp_path / f"{name}.toml").write_text(f'[plan]\nid = "{name}"\n')
    looks: list[Path] = []
    monkeypatch.setattr(ids, "stamp", looks.append)
    all_of_them = Ids({name: f"{name}.toml" for name in names}, tmp_path, ())

    for name in names:
        assert not all_of_them.against(name, name)
        all_of_them.give(name, name)

    assert len(looks) == len(names)


def test_a_twin_that_was_corrected_since_is_none(tmp_path: Path) -> None:
    """What was found once is looked at again before it counts, and what a plan had before is nobody's any more."""
    for name in ("one", "other"):
        (tmp_path / f"{name}.toml").write_text('[plan]\nid = "same"\n')
    both = Ids({"one": "one.toml", "other": "other.toml"}, tmp_path, ())
    assert "until then neither is used" in both.against("one", "same")
    (tmp_path / "other.toml").write_text('[plan]\nid = "another"\n')
    assert not both.against("one", "same")
    both.give("one", "same")
    assert "[plans.one] has the id “same” too" in both.against("other", "same")
    assert not both.against("one", "renamed")
    both.give("one", "renamed")
    assert not both.against("other", "same")
