// The table of questions: searched, filtered, sorted and paged from the JSON beside it. What the JSON says is set as
// text, never as HTML.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const SAID = 1, GOLD = 2; // kinds of a run of a passage's text, added up
  const get = (id) => document.getElementById(id);
  const good = new Set(data.good);
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

  const COLUMNS = [
    { name: "number", label: "#", numeric: true, value: (row) => row.number },
    { name: "question", label: "Question", value: (row) => row.question },
    { name: "answer", label: "Answer", value: (row) => row.answers.join(" · ") },
    { name: "gold", label: "Gold", value: (row) => row.gold.join(" · ") },
    { name: "verdict", label: "Verdict", value: (row) => data.verdicts[row.verdict] },
    { name: "f1", label: "F1", numeric: true, value: (row) => row.f1, words: (row) => whole.format(row.f1) },
    {
      name: "confidence", label: "Confidence", numeric: true, value: (row) => row.confidence ?? null,
      words: (row) => (row.confidence === undefined ? "–" : row.confidence.toFixed(2)),
    },
    { name: "type", label: "Type", value: (row) => row.type },
    { name: "document", label: "Document", value: (row) => row.document },
    { name: "ms", label: "Time (ms)", numeric: true, value: (row) => row.ms, words: (row) => whole.format(row.ms) },
  ];
  if (data.compared) {
    COLUMNS.splice(6, 0, {
      name: "gain", label: "F1 change", numeric: true, value: gain,
      words: (row) => (row.before === undefined ? "same" : signed(gain(row))),
    });
  }

  const state = { sort: "number", falling: false, page: 0, found: data.rows };
  const opened = new Set();
  const searched = data.rows.map((row) =>
    [row.question, row.read_as, row.id, ...row.answers, ...row.gold, row.best].join("\n").toLowerCase());

  function gain(row) {
    return row.before === undefined ? 0 : row.f1 - row.before.f1;
  }

  function signed(value) {
    const size = whole.format(Math.abs(value));
    return size === "0" ? "0" : (value > 0 ? "+" : "−") + size;
  }

  function element(name, properties = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
      if (key in made) made[key] = value;
      else made.setAttribute(key, value);
    }
    made.append(...children.filter((child) => child !== null));
    return made;
  }

  // What is shown

  const FILTERS = {
    verdict: (row, wanted) => (wanted === "-" ? !good.has(row.verdict) : row.verdict === wanted),
    type: (row, wanted) => row.type === wanted,
    document: (row, wanted) => row.document === wanted,
    change: (row, wanted) => wanted === change(row),
  };

  function change(row) {
    if (row.before === undefined) return "same";
    return gain(row) > 0 ? "better" : gain(row) < 0 ? "worse" : "other";
  }

  function find() {
    const words = get("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = Object.entries(FILTERS).filter(([name]) => get(name)?.value);
    const column = COLUMNS.find((each) => each.name === state.sort);
    state.found = data.rows.filter((row, i) =>
      words.every((word) => searched[i].includes(word)) && chosen.every(([name, fits]) => fits(row, get(name).value)));
    const side = state.falling ? -1 : 1;
    const keys = new Map(state.found.map((row) => [row, column.value(row)]));
    state.found.sort((a, b) => {
      const x = keys.get(a), y = keys.get(b);
      if (x === null || y === null) return (x === null) - (y === null) || a.number - b.number; // the unknown comes last
      return side * (column.numeric ? x - y : collator.compare(x, y)) || a.number - b.number;
    });
    show();
  }

  function search() {
    state.page = 0;
    find();
  }

  function show() {
    const size = Number(get("size").value), count = state.found.length;
    const pages = Math.max(1, Math.ceil(count / size));
    state.page = Math.min(state.page, pages - 1);
    const first = state.page * size, rows = state.found.slice(first, first + size);
    get("body").replaceChildren(...rows.flatMap((row) => (opened.has(row) ? [line(row), detail(row)] : [line(row)])));
    const all = whole.format(data.rows.length);
    const range = count ? `${whole.format(first + 1)} to ${whole.format(first + rows.length)} of ` : "";
    get("shown").textContent = count === data.rows.length
      ? `Questions ${range}${all}.`
      : `${count ? "Questions " : ""}${range}${whole.format(count)} that fit, out of ${all}.`;
    get("page").textContent = `page ${state.page + 1} of ${pages}`;
    get("previous").disabled = state.page === 0;
    get("next").disabled = state.page >= pages - 1;
    for (const cell of get("head").children) {
      const sorted = cell.dataset.name === state.sort;
      if (sorted) cell.setAttribute("aria-sort", state.falling ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    }
  }

  function sort(name) {
    state.falling = state.sort === name && !state.falling;
    state.sort = name;
    get("order").value = name;
    search();
  }

  // A row, and what opens below it

  function line(row) {
    const button = element("button", { type: "button", className: "open", dir: "auto", onclick: () => toggle(row) }, element("span", { className: opened.has(row) ? "" : "clamped" }, row.question));
    button.setAttribute("aria-expanded", opened.has(row));
    const inside = {
      question: button,
      answer: row.answers.length ? some(row.answers) : element("i", {}, "declined"),
      gold: row.gold.length ? some(row.gold) : element("i", {}, "no answer"),
      verdict: verdict(row.verdict),
      document: element("span", { className: "clamped" }, ...breakable(row.document)),
    };
    const cells = COLUMNS.map((column) => {
      const words = column.words ?? ((each) => String(column.value(each)));
      const cell = element("td", { className: column.numeric ? "number" : column.name, dir: "auto" }, inside[column.name] ?? words(row));
      cell.setAttribute("role", "cell"); // as cards, on narrow screens, cells would lose it
      cell.dataset.label = column.label;
      return cell;
    });
    const made = element("tr", { className: "line" }, ...cells);
    made.setAttribute("role", "row");
    made.dataset.number = row.number;
    return made;
  }

  // The first of several texts, or all of them where all are wanted; what is too long for a cell is shown below the row.
  function some(texts) {
    const more = texts.length - 1;
    const shown = data.several ? texts.join(" · ") : texts[0];
    const words = element("span", { className: "clamped" }, shown);
    return more && !data.several ? element("span", {}, words, element("span", { className: "soft" }, `and ${more} more`)) : words;
  }

  // Names of documents are long words: they may break behind what joins their parts.
  function breakable(name) {
    return name.split(/(?<=[_/\\.#-])/).flatMap((part, i) => (i ? [document.createElement("wbr"), part] : [part]));
  }

  function verdict(name) {
    const fine = good.has(name);
    return element("span", { className: `verdict ${fine ? "good" : "bad"}` }, `${fine ? "✓" : "✗"} ${data.verdicts[name]}`);
  }

  function toggle(row) {
    const at = get("body").querySelector(`tr.line[data-number="${row.number}"]`);
    if (opened.delete(row)) at.nextElementSibling.remove();
    else {
      opened.add(row);
      at.after(detail(row));
    }
    at.querySelector("button").setAttribute("aria-expanded", opened.has(row));
    at.querySelector("button > span").classList.toggle("clamped", !opened.has(row));
  }

  function detail(row) {
    const told = element("dl", {});
    const tell = (term, ...content) =>
      content.length && told.append(element("dt", {}, term), element("dd", { dir: "auto" }, ...content));
    for (const turn of row.history ?? []) tell("Earlier", turn.question, element("span", { className: "soft" }, ` ${turn.answer ?? "(no answer)"}`));
    if (row.read_as) tell("Read as", row.read_as);
    tell("Answer", row.answers.join(" · ") || element("i", {}, `declined${row.reason ? ` (${row.reason.replaceAll("_", " ")})` : ""}`));
    if (row.best) tell("Would have said", row.best);
    tell("Gold", row.gold.join(" · ") || element("i", {}, "no answer"));
    if (row.withheld) tell("Withheld", `the ${row.withheld} with the answer was taken away from this question: it is to be declined`);
    if (row.before) {
      const old = row.before;
      tell("Before", old.answer ?? element("i", {}, "declined"), ` (${data.verdicts[old.verdict]}, F1 ${whole.format(old.f1)})`);
    }
    tell("Scores", `F1 ${row.f1.toFixed(1)}, exact match ${whole.format(row.exact)}, F1 of the best candidate ${row.best_f1.toFixed(1)}`);
    tell("Time", Object.entries(row.timings).map(([stage, ms]) => `${stage} ${ms.toFixed(ms < 10 ? 1 : 0)} ms`).join(", "));
    tell("Id", `${row.id} (${row.place})`);
    const cell = element("td", { colSpan: COLUMNS.length }, told, ...row.passages.map(passage), found(row));
    cell.setAttribute("role", "cell");
    const made = element("tr", { className: "detail" }, cell);
    made.setAttribute("role", "row");
    return made;
  }

  function passage({ text: number, runs }) {
    const { document_id: home, start, text } = data.texts[number];
    const words = element("p", {});
    let at = 0, before = 0;
    for (const [length, kinds] of runs.length ? runs : [[text.length, 0]]) {
      let inner = text.slice(at, at + length);
      for (const [kind, name] of [[GOLD, "gold"], [SAID, "answer"]]) {
        if (!(kinds & kind)) continue;
        inner = element("mark", { className: name }, inner);
        if (!(before & kind)) inner.dataset.label = name; // where the span begins
      }
      words.append(inner);
      at += length;
      before = kinds;
    }
    const place = `${home}, characters ${whole.format(start)} to ${whole.format(start + [...text].length)}`;
    return element("blockquote", { dir: "auto" }, words, element("footer", {}, place));
  }

  function found(row) {
    if (!row.retrieved.length) return element("p", { className: "soft" }, "No passage was found.");
    const items = row.retrieved.map(([home, start, end, score, gold]) =>
      element("li", {}, `${home}, ${whole.format(start)} to ${whole.format(end)}, score ${score.toFixed(2)}`,
        gold ? element("b", {}, " holds a gold answer") : null));
    return element("details", {}, element("summary", {}, `Passages found, best first (${items.length})`), element("ol", {}, ...items));
  }

  // Controls

  function fill(select, values) {
    for (const [value, words] of values) select.append(element("option", { value }, words));
  }

  function counted(name) {
    const counts = new Map();
    for (const row of data.rows) counts.set(row[name], (counts.get(row[name]) ?? 0) + 1);
    return counts;
  }

  function options(name, words = (value) => value) {
    const counts = [...counted(name)].sort(([a], [b]) => collator.compare(a, b));
    return counts.map(([value, count]) => [value, `${words(value)} (${whole.format(count)})`]);
  }

  function begin() {
    fill(get("verdict"), options("verdict", (name) => data.verdicts[name]));
    fill(get("type"), options("type"));
    fill(get("document"), options("document"));
    fill(get("order"), COLUMNS.map(({ name, label }) => [name, label === "#" ? "order asked" : label]));
    for (const { name, label, numeric } of COLUMNS) {
      const button = element("button", { type: "button", onclick: () => sort(name) }, label);
      if (label === "#") button.setAttribute("aria-label", "Number");
      const cell = element("th", { scope: "col", className: numeric ? "number" : name }, button);
      cell.setAttribute("role", "columnheader");
      cell.dataset.name = name;
      get("head").append(cell);
    }
    for (const name of ["verdict", "type", "document", "change", "size"]) get(name)?.addEventListener("change", search);
    get("search").addEventListener("input", search);
    get("order").addEventListener("change", (event) => {
      state.sort = "";
      sort(event.target.value);
    });
    get("filters").addEventListener("submit", (event) => event.preventDefault());
    get("filters").addEventListener("reset", () => setTimeout(() => {
      Object.assign(state, { sort: "number", falling: false });
      search();
    }));
    const turn = (by) => () => {
      state.page += by;
      show();
      get("questions").scrollIntoView();
    };
    get("previous").addEventListener("click", turn(-1));
    get("next").addEventListener("click", turn(1));
    for (const link of document.querySelectorAll("a.pick")) {
      link.addEventListener("click", () => {
        get("filters").reset();
        get("verdict").value = link.dataset.verdict;
      });
    }
    const closed = () => [...document.querySelectorAll("details.cause:not([open])")];
    let unfolded = []; // on paper nothing can be opened
    addEventListener("beforeprint", () => (unfolded = closed()).forEach((each) => (each.open = true)));
    addEventListener("afterprint", () => unfolded.splice(0).forEach((each) => (each.open = false)));
    for (const id of ["filters", "table", "pages"]) get(id).hidden = false;
    get("no-script").hidden = true;
    search();
  }

  begin();
})();
