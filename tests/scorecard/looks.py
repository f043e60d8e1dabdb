"""Axe on many pages: each look of text is examined once, all other rules are on every page.

What contrast text has hangs on its colour, size and weight, and on what is painted behind it, by the elements around it
or by what is placed freely. Text that is alike in all of that is alike in contrast: one of its kind is looked at. That
rule takes as long as all others together, and longer where a page is long.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BROKEN: Final = {"resultTypes": ["violations"]}
"""Of what keeps to the rules no list is made: that takes as long as the rules."""
BUT_CONTRAST: Final = {"runOnly": TAGS, "rules": {"color-contrast": {"enabled": False}}, **BROKEN}
CONTRAST: Final = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, **BROKEN}
NEW: Final = "data-new-look"
LOOKS: Final = """([known, mark]) => {
  const seen = new Set(known), found = [], behind = new Map([[null, ""]]);
  const clear = (style) => style.backgroundColor === "rgba(0, 0, 0, 0)" && style.backgroundImage === "none"
    && style.opacity === "1" && style.position === "static" && style.filter === "none"
    && style.mixBlendMode === "normal";
  const look = (one) => {
    if (!behind.has(one)) {
      const style = getComputedStyle(one), around = look(one.parentElement);
      behind.set(one, clear(style) ? around : [around, style.backgroundColor, style.backgroundImage, style.opacity,
        style.filter, style.mixBlendMode, style.position === "static" ? "" : one.tagName + one.className].join("|"));
    }
    return behind.get(one);
  };
  for (const one of document.querySelectorAll("body, body *")) {
    const words = [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!words && !one.matches("input, select, textarea") || !one.checkVisibility()) continue;
    const style = getComputedStyle(one);
    const whole = [look(one), style.color, style.fontSize, style.fontWeight, style.textShadow, one.tagName].join("|");
    if (!seen.has(whole)) { seen.add(whole); found.push(whole); one.setAttribute(mark, ""); }
  }
  return found;
}"""


@dataclass
class Looks:
    """The looks of text that were examined, of one window."""

    known: set[str] = field(default_factory=set)

    def violations(self, tab: Page) -> list[dict[str, Any]]:
        """What breaks a rule of WCAG 2.2 AA or a best practice on the page that is open."""
        found = list(Axe().run(tab, options=BUT_CONTRAST).response["violations"])
        if new := tab.evaluate(LOOKS, [sorted(self.known), NEW]):
            self.known.update(new)
            # Axe is on the page by now.
            run = f"axe.run([['[{NEW}]']], options)"
            found += tab.evaluate(f"(options) => {run}.then((done) => done.violations)", CONTRAST)
        return found
