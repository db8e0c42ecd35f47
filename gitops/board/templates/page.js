"use strict";
// The page is whole without this: it searches, filters, copies, and follows keys.
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (id) => document.getElementById(id);
  const rows = all("tbody tr[data-words]");
  const search = one("search");
  const kept = { read: (key) => { try { return sessionStorage.getItem(key); } catch { return null; } },
                 write: (key, value) => { try { sessionStorage.setItem(key, value); } catch { /* not kept */ } } };

  const say = (text) => { one("said").textContent = text; };
  const pressed = () => all(".tally[aria-pressed=true]").map((each) => each.dataset.mark);

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const marks = pressed();
    let shown = 0;
    for (const row of rows) {
      const has = row.dataset.marks.split(/\s+/);
      const fits = words.every((word) => row.dataset.words.includes(word)) && marks.every((mark) => has.includes(mark));
      row.hidden = !fits;
      shown += fits;
    }
    const total = `${rows.length} ${rows.length === 1 ? "service" : "services"}`;
    one("shown").textContent = shown === rows.length ? total : `${shown} of ${total}`;
    if (one("none")) one("none").hidden = shown > 0 || rows.length === 0;
    kept.write("search", search.value);
    kept.write("marks", marks.join(" "));
  }

  function clear() {
    search.value = "";
    for (const each of all(".tally")) each.setAttribute("aria-pressed", "false");
    filter();
  }

  search.addEventListener("input", filter);
  for (const each of all(".tally")) {
    each.addEventListener("click", () => {
      each.setAttribute("aria-pressed", String(each.getAttribute("aria-pressed") !== "true"));
      filter();
    });
  }
  one("clear")?.addEventListener("click", () => { clear(); search.focus(); });

  function expand(open) {
    for (const each of all("td details")) each.open = open;
    one("expand").setAttribute("aria-pressed", String(open));
  }
  one("expand").addEventListener("click", () => expand(one("expand").getAttribute("aria-pressed") !== "true"));

  const themes = ["system", "light", "dark"];
  function dress(theme) {
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    one("theme").querySelector("span").textContent = theme;
    try { localStorage.setItem("theme", theme); } catch { /* not kept */ }
  }
  const theme = () => document.documentElement.dataset.theme ?? "system";
  one("theme").addEventListener("click", () => dress(themes[(themes.indexOf(theme()) + 1) % themes.length]));
  try { if (themes.includes(localStorage.getItem("theme"))) dress(localStorage.getItem("theme")); } catch { /* system */ }

  async function copy(button) {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      say(`copied ${button.dataset.copy}`);
      button.firstChild.textContent = "Copied";
      setTimeout(() => { button.firstChild.textContent = "Copy"; }, 1500);
    } catch {
      getSelection().selectAllChildren(button.closest(".sid").querySelector("code"));
      say("selected: copy it by the keys of your system");
    }
  }
  for (const each of all(".copy")) each.addEventListener("click", () => copy(each));

  // What fits needs no bars of its own: the page scrolls, and the heads stay in sight.
  const scroll = one("matrix");
  function fit() {
    scroll.classList.remove("fits");
    scroll.classList.toggle("fits", scroll.firstElementChild.scrollWidth <= scroll.clientWidth);
    if (scroll.classList.contains("fits")) scroll.removeAttribute("tabindex");
    else scroll.tabIndex = 0;
  }
  if (scroll) {
    fit();
    addEventListener("resize", fit);
  }

  // Arrows go from the details of one cell to those of its neighbours; "/" goes to the search, Escape clears it.
  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  function step(summary, [down, right]) {
    const shown = rows.filter((row) => !row.hidden);
    let cell = summary.closest("td");
    let row = shown.indexOf(cell.parentElement);
    let column = cell.cellIndex;
    do {
      row += down;
      column += right;
      cell = shown[row]?.cells[column];
      const next = cell?.querySelector("summary");
      if (next) { next.focus(); return; }
    } while (cell);
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = event.target;
    if (event.key === "/" && at !== search) { event.preventDefault(); search.focus(); search.select(); }
    else if (event.key === "Escape" && (at === search || pressed().length)) clear();
    else if (event.key in steps && at.matches("tbody summary")) { event.preventDefault(); step(at, steps[event.key]); }
  });

  let opened = [];
  addEventListener("beforeprint", () => { opened = all("td details:not([open])"); for (const each of opened) each.open = true; });
  addEventListener("afterprint", () => { for (const each of opened) each.open = false; });

  if (document.documentElement.dataset.live === "yes") {
    search.value = kept.read("search") ?? "";
    for (const mark of (kept.read("marks") ?? "").split(" ").filter(Boolean)) {
      document.querySelector(`.tally[data-mark="${mark}"]:enabled`)?.setAttribute("aria-pressed", "true");
    }
    filter();
    new EventSource("changes").addEventListener("changed", () => location.reload());
  }
})();
