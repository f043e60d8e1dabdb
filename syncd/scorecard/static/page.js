/* Asks every two seconds whether the page has changed and, if so, swaps in the new one; nothing depends on it. */
(() => {
  const said = document.getElementById("live");
  let seen = null, lost = false;
  const open = (root) => new Set([...root.querySelectorAll("details[open]")].map((one) => one.id));
  const values = (root) => new Map([...root.querySelectorAll("[data-watch]")].map((one) => [one.dataset.watch, one.textContent.trim()]));
  const swap = (text) => {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    if (!fresh.getElementById("main")) return;
    const before = values(document), kept = open(document), focus = document.activeElement && document.activeElement.id;
    for (const part of ["main", "header.mast", "footer"]) document.querySelector(part).replaceWith(fresh.querySelector(part));
    for (const one of document.querySelectorAll("details")) one.open = kept.has(one.id);
    let moved = 0;
    for (const one of document.querySelectorAll("main [data-watch]")) {
      if (before.get(one.dataset.watch) !== one.textContent.trim()) { one.classList.add("moved"); moved += 1; }
    }
    if (focus && document.getElementById(focus)) document.getElementById(focus).focus({ preventScroll: true });
    if (moved) said.textContent = "Updated at " + new Date().toLocaleTimeString();
  };
  const ask = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch(location.href, { cache: "no-store", headers: seen ? { "If-None-Match": seen } : {} });
        if (answer.ok) { swap(await answer.text()); seen = answer.headers.get("ETag"); }
        if (lost && (answer.ok || answer.status === 304)) { lost = false; said.textContent = ""; }
      } catch { lost = true; said.textContent = "Not connected; the page shows what was known last."; }
    }
    setTimeout(ask, 2000);
  };
  ask();
})();
