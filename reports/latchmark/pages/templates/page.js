"use strict";
// Sorting, filtering, copying. The page is complete without it, so whatever it serves is made here.
(() => {
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

  const sortable = (table) => {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    const value = (row, column) => {
      const cell = row.cells[column];
      const number = cell.dataset.sort === undefined ? NaN : Number(cell.dataset.sort);
      return Number.isNaN(number) ? cell.textContent.trim() : number;
    };
    const compare = (a, b) => {
      // Cells without a value come last in either direction, because a gap is neither small nor large.
      if (typeof a === "number" && typeof b === "number") return a - b;
      return String(a).localeCompare(String(b), "en", { numeric: true });
    };
    const isAbsent = (head, x) => x === "" || (head.classList.contains("number") && typeof x !== "number");
    heads.forEach((head, column) => {
      const button = make("button", { type: "button", textContent: head.firstElementChild.textContent });
      head.firstElementChild.replaceWith(button);
      button.addEventListener("click", () => {
        const descending = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", descending ? "descending" : "ascending");
        const rows = [...body.rows].map((row, index) => ({ row, index, key: value(row, column) }));
        rows.sort((a, b) => {
          const absent = isAbsent(head, a.key) - isAbsent(head, b.key);
          return absent || (descending ? -1 : 1) * compare(a.key, b.key) || a.index - b.index;
        });
        body.append(...rows.map((entry) => entry.row));
      });
    });
  };

  const filterable = (table) => {
    const rows = [...table.tBodies[0].rows];
    const texts = rows.map((row) => [...row.cells].map((cell) => cell.textContent.toLowerCase()).join(" "));
    const box = make("div", { className: "filter" });
    const label = make("label", { textContent: "Show rows with all of these words", htmlFor: "filter" });
    const input = make("input", { type: "search", id: "filter", autocomplete: "off" });
    const state = make("span", { textContent: `${rows.length} rows` });
    state.setAttribute("role", "status");
    box.append(label, input, state);
    table.closest(".scroll").before(box);
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, index) => {
        row.hidden = !words.every((word) => texts[index].includes(word));
        shown += row.hidden ? 0 : 1;
      });
      state.textContent = words.length ? `${shown} of ${rows.length} rows` : `${rows.length} rows`;
    });
  };

  const copyable = (block) => {
    const box = make("div", { className: "copying" });
    const button = make("button", { type: "button", textContent: "Copy" });
    block.replaceWith(box);
    box.append(block, button);
    button.addEventListener("click", async () => {
      const text = block.textContent.trim();
      try {
        await navigator.clipboard.writeText(text);
        button.textContent = "Copied";
      } catch {
        // A page opened from disk may lack the permission: the selection lets the reader copy it.
        getSelection().selectAllChildren(block);
        button.textContent = "Selected";
      }
    });
  };

  document.querySelectorAll("table[data-sortable]").forEach(sortable);
  document.querySelectorAll("table[data-filterable]").forEach(filterable);
  document.querySelectorAll("pre.command").forEach(copyable);

  // Paper has nothing to click.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    opened.forEach((details) => { details.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((details) => { details.open = false; }));
})();
