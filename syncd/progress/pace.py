"""Pace: where something should stand today against where it stands."""

from __future__ import annotations

from enum import StrEnum


class Pace(StrEnum):
    """The states of design and scorecard; each has a word, a shape and a colour, never a colour alone."""

    ACHIEVED = "achieved"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    MISSED = "missed"
    NOT_STARTED = "not_started"
    NOT_MEASURED = "not_measured"
    BASELINE_PENDING = "baseline_pending"
    NO_TARGET = "no_target"
    STALE = "stale"
    PAUSED = "paused"
    RETIRED = "retired"
    SUPPRESSED = "suppressed"
