"use strict";
// Sorting, filtering, units, series, copying. The page is complete without it, so whatever it serves is made
// here.
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const make = (tag, properties, ...content) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...content);
    return element;
  };
  const button = (text, press, properties = {}) => {
    const made = make("button", { type: "button", textContent: text, ...properties });
    made.addEventListener("click", () => press(made));
    return made;
  };
  const press = (made, isPressed) => made.setAttribute("aria-pressed", isPressed);
  let parsed;
  const data = () => (parsed ??= JSON.parse(document.getElementById("data").textContent));

  // What happened, for those who do not see it.
  const status = make("p", { className: "unseen" });
  status.setAttribute("role", "status");
  document.body.append(status);

  const copy = async (text, told) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // A page opened from disk may lack the permission.
      const box = make("textarea", { value: text });
      document.body.append(box);
      box.select();
      document.execCommand("copy");
      box.remove();
    }
    status.textContent = told;
  };
  const copier = (text, told, content, properties) =>
    button(text, (made) => {
      copy(content(), told);
      made.dataset.done = "";
      setTimeout(() => { delete made.dataset.done; made.focus(); }, 1500);
    }, properties);

  // Three digits, as everywhere on the page.
  const formats = [0, 1, 2, 3, 4, 5, 6].map((digits) => new Intl.NumberFormat("en-US", {
    minimumFractionDigits: digits, maximumFractionDigits: digits,
  }));
  const number = (value) => {
    if (value === 0) return "0";
    if (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e7) return value.toExponential(2);
    const exponent = Number(value.toExponential(2).split("e")[1]);
    return formats[Math.max(0, 2 - exponent)].format(value);
  };

  const titleOf = (head) => head.firstElementChild?.textContent ?? head.textContent;

  const sortable = (table) => {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    const keyOf = (row, column) => {
      const cell = row.cells[column];
      return cell.dataset.sort === undefined ? cell.textContent.trim() : Number(cell.dataset.sort);
    };
    const compare = (a, b) => {
      if (typeof a === "number" && typeof b === "number") return a - b;
      return String(a).localeCompare(String(b), "en", { numeric: true });
    };
    // Cells without a value come last in either direction, because a gap is neither small nor large.
    const isAbsent = (head, key) => key === "" || (head.classList.contains("number") && typeof key !== "number");
    heads.forEach((head, column) => {
      head.firstElementChild?.replaceWith(button(titleOf(head), () => {
        const descending = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", descending ? "descending" : "ascending");
        const rows = [...body.rows].map((row, index) => ({ row, index, key: keyOf(row, column) }));
        rows.sort((a, b) => isAbsent(head, a.key) - isAbsent(head, b.key)
          || (descending ? -1 : 1) * compare(a.key, b.key) || a.index - b.index);
        body.append(...rows.map((entry) => entry.row));
      }));
    });
  };

  let filters = 0;
  const filter = (table) => {
    const rows = [...table.tBodies[0].rows];
    const id = `filter-${filters += 1}`;
    const input = make("input", { type: "search", id, autocomplete: "off" });
    const state = make("span", { textContent: `${rows.length} rows` });
    state.setAttribute("role", "status");
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row) => {
        const text = [...row.cells].map((cell) => cell.textContent.toLowerCase()).join(" ");
        row.hidden = !words.every((word) => text.includes(word));
        shown += row.hidden ? 0 : 1;
      });
      state.textContent = words.length ? `${shown} of ${rows.length} rows` : `${rows.length} rows`;
    });
    const label = make("label", { textContent: "Rows with all of these words", htmlFor: id });
    return make("span", { className: "filter" }, label, " ", input, " ", state);
  };

  // Units of the times in tables. Paper and a page without script have ns.
  const NS = "ns", CYCLES = "cycles", MUTEXES = "uncontended mutexes", OF_ROW = "unit of the row";
  const ENDS = ["Median", "Low", "High"];
  const tables = [];
  let unit = NS;

  // Every time of the points of a table, with the element that says its unit: the head of its column, or a cell
  // of its row.
  const timesOf = (table) => {
    const heads = [...table.tHead.rows[0].cells];
    const titles = heads.map(titleOf);
    const columns = heads.flatMap((head, column) => {
      const said = head.querySelector("small");
      return said && [NS, OF_ROW].includes(said.textContent) ? [{ said, column }] : [];
    });
    const [ofRow, metric] = [titles.indexOf("Unit"), titles.indexOf("Metric")];
    const times = [];
    for (const row of all("tbody tr[data-point]", table)) {
      // Cycles are counted over whole operations.
      const isWhole = metric < 0 || row.cells[metric].textContent === "time per operation";
      for (const { said, column } of columns) {
        const cell = row.cells[column], place = said.textContent === NS ? said : row.cells[ofRow];
        if (cell.dataset.sort === undefined || place.textContent !== NS) continue;
        const cycles = isWhole ? data().units.cycles[row.dataset.point]?.[ENDS.indexOf(titles[column])] : null;
        times.push({ cell, place, text: cell.textContent, ns: cell.dataset.sort, cycles: cycles ?? null });
      }
    }
    return times;
  };
  const valueIn = (name, time) => {
    if (name === NS) return Number(time.ns);
    return name === CYCLES ? time.cycles : time.ns / data().units.mutex_ns;
  };
  const showIn = (name, table) => {
    if (name === NS && table.times === undefined) return;
    table.times ??= timesOf(table.element);
    // What has no value in the unit at all keeps its ns, and says so in its place.
    const places = new Set(table.times.filter((time) => valueIn(name, time) !== null).map((time) => time.place));
    for (const { cell, place, text, ns, cycles } of table.times) {
      const isShown = name !== NS && places.has(place);
      const value = isShown ? valueIn(name, { ns, cycles }) : Number(ns);
      cell.textContent = value === null ? "\u2013" : isShown ? number(value) : text;
      if (value === null) delete cell.dataset.sort;
      else cell.dataset.sort = isShown ? value : ns;
      cell.className = "number";
      place.textContent = isShown ? name : NS;
    }
  };
  const show = (name) => {
    tables.forEach((table) => {
      showIn(name, table);
      all("button", table.units).forEach((made) => press(made, made.textContent === name));
    });
  };
  const units = (table) => {
    const said = all("thead small", table).map((small) => small.textContent);
    const { mutex_ns: mutex, cycles } = data().units ?? {};
    const names = [NS, ...(Object.keys(cycles ?? {}).length ? [CYCLES] : []), ...(mutex ? [MUTEXES] : [])];
    const isOfPoints = table.querySelector("tbody tr[data-point]") !== null;
    if (names.length < 2 || !isOfPoints || !said.some((one) => one === NS || one === OF_ROW)) return [];
    const group = make("span", { className: "units" }, "Times in ");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", "Unit of the times in tables");
    names.forEach((name) => group.append(button(name, () => {
      unit = name;
      show(unit);
      status.textContent = `Times in ${name}.${{
        [CYCLES]: " Where none were counted, a dash, or ns.",
        [MUTEXES]: ` One is ${number(mutex)} ns on this machine.`,
      }[name] ?? ""}`;
    })));
    const entry = { element: table, units: group };
    tables.push(entry);
    all("button", group).forEach((made) => press(made, made.textContent === unit));
    showIn(unit, entry);
    return [group];
  };

  const asTabs = (table) => {
    const line = (row) => [...row.cells]
      .filter((cell) => !cell.hidden)
      .map((cell) => {
        const small = cell.querySelector("small");
        return cell.dataset.sort ?? (small ? `${titleOf(cell)} (${small.textContent})` : titleOf(cell)).trim();
      })
      .join("\t");
    return [...table.tHead.rows, ...table.tBodies[0].rows].filter((row) => !row.hidden).map(line).join("\n");
  };

  // The command of one point, from its row: one stop of the tabulator a table, arrows between the rows.
  const repeatable = (table) => {
    const rows = all("tbody tr[data-point]", table);
    const { again, points } = data();
    if (!rows.length || again === undefined) return;
    rows.forEach((row, index) => {
      const name = points[row.dataset.point].name;
      const pattern = `^${name.replace(/[\][\\^$.*+?(){}|]/g, "\\$&")}$`.replaceAll("'", "'\"'\"'");
      const made = copier("", "Command copied.", () => `${again} --filter '${pattern}'`, {
        className: "copy point", tabIndex: index ? -1 : 0, title: "Copy the command that measures only this",
      });
      made.setAttribute("aria-label", `Copy the command for ${name}`);
      row.cells[0].append(made);
    });
    table.addEventListener("keydown", (event) => {
      const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
      if (!step || !event.target.matches(".point")) return;
      let row = event.target.closest("tr")[step];
      while (row?.hidden) row = row[step];
      const next = row?.querySelector(".point");
      if (!next) return;
      event.preventDefault();
      event.target.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    });
  };

  const FEWEST_SORTED = 3, FEWEST_FILTERED = 16;
  const seen = new WeakSet();
  const serve = (within) => all(".scroll > table", within).forEach((table) => {
    if (seen.has(table) || table.closest("details:not([open])") || !table.tHead) return;
    seen.add(table);
    const amount = table.tBodies[0].rows.length;
    const tools = make("div", { className: "tools" });
    if (amount >= FEWEST_FILTERED) tools.append(filter(table));
    tools.append(...units(table), copier("Copy table", "Table copied.", () => asTabs(table), { className: "copy" }));
    repeatable(table);
    if (amount >= FEWEST_SORTED) sortable(table);
    table.parentElement.before(tools);
  });
  serve(document);
  // A table that nobody opens costs nothing.
  document.addEventListener("toggle", (event) => serve(event.target), true);

  // A variant by its name: the others fade in all figures of its section.
  all(".key").forEach((key) => {
    const section = key.closest("article, section");
    const chosen = new Set();
    const drawn = new Set(all("svg [data-series]", section).map((mark) => mark.dataset.series));
    all("[data-series]", key).forEach((entry) => {
      if (drawn.size < 2 || !drawn.has(entry.dataset.series)) return;
      const name = entry.querySelector("strong") ?? entry;
      const { series } = entry.dataset;
      const made = button(name.textContent, () => {
        if (!chosen.delete(series)) chosen.add(series);
        press(made, chosen.has(series));
        all("svg [data-series]", section).forEach((mark) =>
          mark.classList.toggle("faded", chosen.size > 0 && !chosen.has(mark.dataset.series)));
      }, { title: "Show alone in the figures" });
      press(made, false);
      name.replaceChildren(made);
    });
  });

  const link = (target, what) => {
    const made = copier("", "Link copied.", () => `${location.href.split("#")[0]}#${target.id}`, {
      className: "copy link", title: "Copy the link",
    });
    made.setAttribute("aria-label", `Copy the link to ${what}`);
    return made;
  };
  all("main [id] > h2, main [id] > h3").forEach((heading) => {
    heading.after(link(heading.parentElement, heading.textContent));
  });
  all("figure").forEach((figure) => {
    const title = figure.querySelector("title")?.textContent ?? "this figure";
    const section = figure.closest("article, section");
    const { table: told, untold } = figure.dataset;
    const table = told !== undefined
      ? all("table", section).find((one) => one.caption.textContent.includes(told))
      : untold === undefined
        && (section.querySelector("tr[data-point]")?.closest("table") ?? section.querySelector("table"));
    const tools = make("div", { className: "tools" });
    if (figure.id) tools.append(link(figure, title));
    if (table) {
      const made = copier("Copy data", "Data copied.", () => asTabs(table), { className: "copy" });
      made.setAttribute("aria-label", `Copy data: ${table.caption.textContent}`);
      tools.append(made);
    }
    if (tools.children.length) figure.append(tools);
  });
  all("pre.command").forEach((block) => {
    const box = make("div", { className: "copying" });
    block.replaceWith(box);
    box.append(block, copier("Copy", "Command copied.", () => block.textContent.trim(), { className: "copy" }));
  });

  // A link leads to what it names, also where that is folded away.
  const open = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let one = target.closest("details"); one; one = one.parentElement.closest("details")) one.open = true;
    if (target.closest("details")) target.scrollIntoView();
  };
  addEventListener("hashchange", open);
  open();

  // Paper has nothing to click.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all("details:not([open])");
    opened.forEach((details) => { details.open = true; });
    show(NS);
  });
  addEventListener("afterprint", () => {
    opened.forEach((details) => { details.open = false; });
    show(unit);
  });
})();
