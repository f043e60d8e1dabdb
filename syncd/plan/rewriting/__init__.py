"""Values put into a plan's text, with its remarks, its order and its style kept."""

from syncd.plan.rewriting.rewrite import Rewritten, rewrite

__all__ = ["Rewritten", "rewrite"]
