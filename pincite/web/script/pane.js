// The document's side: fetches each document once, marks the conversation's citations in the shown document, and
// scrolls to the chosen citation. On a narrow screen the pane first slides over the chat.
const narrow = window.matchMedia("(max-width: 899px)");
const still = window.matchMedia("(prefers-reduced-motion: reduce)");
const sheet = () => document.getElementById("pc-pane");
const holder = () => document.querySelector("#pc-document .pc-holder");
const article = () => holder().querySelector(".pc-article");
const kept = new Map(); // fetched articles by document
const placed = new WeakMap(); // by article: the elements of each mark in it
let arrive;
const arrived = new Promise((done) => (arrive = done)); // the visitor's state has come from the server
let state = { documents: {}, marks: [], shown: "", chosen: null };
let current = ""; // the id of the citation that is emphasised
let from = null; // the last link that was followed, which gets the focus back
let asText = false;

function parts(id) {
  return [...holder().querySelectorAll(`[data-span="${CSS.escape(id)}"]`)];
}

const chat = () => document.getElementById("pc-chat");

// Slides the pane over the conversation, which is inert meanwhile.
function openPane() {
  sheet().classList.add("pc-over");
  chat().inert = narrow.matches;
}

function slideAway() {
  sheet().classList.remove("pc-over");
  chat().inert = false;
}
narrow.addEventListener("change", () => (chat().inert = narrow.matches && sheet().classList.contains("pc-over")));

function closePane() {
  const over = sheet().classList.contains("pc-over");
  slideAway();
  const back = from?.isConnected ? from : document.querySelector(over ? ".pc-open" : "#pc-question textarea");
  back?.focus({ preventScroll: !over });
}

function address(...path) {
  return ["pincite", state.token, ...path].join("/");
}

async function show(id) {
  const known = state.documents[id];
  if (!known) return false;
  const here = article();
  // The article that the page opens with has no pictures yet.
  const whole = (candidate) =>
    candidate.dataset.version === known.version && (!known.pages || candidate.classList.contains("pc-has-pages"));
  if (here.dataset.document !== id || !whole(here)) {
    if (!kept.has(id) || !whole(kept.get(id))) {
      const response = await fetch(address("document", known.key));
      if (!response.ok) return false;
      const template = document.createElement("template");
      template.innerHTML = await response.text();
      kept.set(id, template.content.firstElementChild);
    }
    if (state.documents[id] !== known && !state.documents[id]) return false;
    const next = kept.get(id);
    kept.set(here.dataset.document, here);
    here.replaceWith(next);
    article().scrollTop = 0;
    kept.set(id, next);
  }
  titleBar(id);
  return true;
}

function titleBar(id) {
  const bar = document.querySelector(".pc-pane-bar");
  bar.querySelector(".pc-title").textContent = article().dataset.title;
  bar.querySelector(".pc-title").title = id;
  const count = Object.keys(state.documents).length;
  bar.querySelector(".pc-count").textContent = count > 1 ? ` ${count}` : "";
  const view = bar.querySelector(".pc-view");
  view.hidden = !article().classList.contains("pc-has-pages");
  view.setAttribute("aria-pressed", String(asText));
  holder().classList.toggle("pc-as-text", asText);
  markShown();
}

// Makes the numbered link to the answer that is placed before a citation's first words.
function reference(mark) {
  const link = document.createElement("a");
  link.className = "pc-ref";
  link.href = `#pc-cite-${mark.number}`;
  link.dataset.label = mark.number;
  link.setAttribute("aria-label", mark.hint);
  link.title = mark.hint;
  return link;
}

// Marks a citation in the shown article, and returns the elements that were made for it.
function place(mark) {
  const id = `pc-cite-${mark.number}`;
  const made = { marks: [], others: [], gone: false };
  const make = (name, css) => () => {
    const element = document.createElement("mark");
    element.className = css;
    element.dataset.span = name;
    return element;
  };
  const sentence = wrap(article(), ...mark.sentence, make(`${id}-sentence`, "pc-sentence"));
  const words = wrap(article(), mark.start, mark.end, make(id, mark.nearest ? "pc-nearest" : "pc-span"));
  const first = words.find((part) => part.getClientRects().length > 0) ?? words[0];
  made.marks = [...sentence, ...words];
  if (!first) return made;
  words.forEach((part) => (part.title = mark.hint));
  first.id = id;
  const link = reference(mark);
  first.prepend(link);
  made.others.push(link);
  if (article().classList.contains("pc-has-pages")) boxes(mark, made);
  return made;
}

function unplace(made) {
  made.gone = true;
  for (const element of made.others) element.remove();
  unwrap(made.marks);
}

// Draws boxes over a PDF's pages, at the places of the words that the server sends.
async function boxes(mark, made) {
  const here = article();
  const response = await fetch(address("boxes", mark.number));
  if (!response.ok || made.gone) return;
  const found = await response.json();
  const id = `pc-cite-${mark.number}`;
  const draw = (box, css, name) => {
    const on = here.querySelector(`.pc-page[data-page="${box[0]}"] .pc-sheet`);
    if (!on) return null;
    const element = document.createElement(css === "pc-box" ? "a" : "span");
    element.className = `${css}${mark.nearest ? " pc-box-nearest" : ""}`;
    element.dataset.box = name;
    const [left, top, width, height] = box.slice(1).map((share) => `${100 * share}%`);
    Object.assign(element.style, { left, top, width, height });
    on.append(element);
    made.others.push(element);
    return element;
  };
  for (const box of found.sentence) draw(box, "pc-box-sentence", `${id}-sentence`);
  found.span.forEach((box, n) => {
    const element = draw(box, "pc-box", id);
    if (!element) return;
    element.href = `#${id}`;
    element.title = mark.hint;
    element.setAttribute("aria-label", mark.hint);
    if (n === 0) element.dataset.label = mark.number;
    else element.tabIndex = -1;
  });
  if (current === id && here === article()) reveal(id, document.activeElement === document.getElementById(id));
}

// Updates the marks of the shown article, and leaves unchanged ones alone.
function markAll() {
  const here = article();
  if (!placed.has(here)) placed.set(here, new Map());
  const there = placed.get(here);
  const wanted = state.marks.filter((mark) => mark.document === here.dataset.document);
  const keys = new Map(wanted.map((mark) => [JSON.stringify(mark), mark]));
  for (const [key, made] of there) {
    if (keys.has(key)) continue;
    unplace(made);
    there.delete(key);
  }
  for (const [key, mark] of keys) if (!there.has(key)) there.set(key, place(mark));
}

function emphasise(id) {
  current = id;
  for (const part of holder().querySelectorAll(".pc-chosen")) part.classList.remove("pc-chosen");
  const boxed = [...holder().querySelectorAll(`[data-box="${CSS.escape(id)}"], [data-box="${CSS.escape(id)}-sentence"]`)];
  for (const part of [...parts(id), ...parts(`${id}-sentence`), ...boxed]) part.classList.add("pc-chosen");
  tidyMessages();
}

function scrollToPlace(target) {
  const box = article();
  const long = box.classList.contains("pc-long");
  const go = () => {
    const at = target.getBoundingClientRect();
    const room = box.clientHeight - Math.min(at.height, box.clientHeight);
    const top = box.scrollTop + at.top - box.getBoundingClientRect().top - room / 3;
    box.scrollTo({ top, behavior: still.matches || long ? "auto" : "smooth" });
  };
  go();
  // Only the visible part of a long document is laid out, so the first position is an estimate.
  if (long) for (const wait of [30, 90, 200]) setTimeout(() => box === article() && target.isConnected && go(), wait);
}

function reveal(id, byHand) {
  emphasise(id);
  const pages = article().classList.contains("pc-has-pages") && !asText;
  const box = pages ? holder().querySelector(`.pc-box[data-box="${CSS.escape(id)}"]`) : null;
  const shown = parts(id).find((part) => part.getClientRects().length > 0) ?? parts(id)[0];
  if (!shown) return;
  const target = box ?? (pages ? shown.closest(".pc-page") ?? shown : shown);
  scrollToPlace(target);
  if (byHand) (box ?? shown.querySelector(".pc-ref") ?? shown).focus({ preventScroll: true });
}

async function choose(link) {
  from = link;
  const id = link.hash.slice(1);
  const mark = state.marks.find((candidate) => `pc-cite-${candidate.number}` === id);
  if (!mark) return;
  if (narrow.matches) openPane();
  shelf(false);
  const before = article().dataset.document;
  if (!(await show(mark.document))) return;
  if (before !== mark.document) {
    markAll();
    pick(state.documents[mark.document].key, id);
    state.shown = mark.document;
  }
  reveal(id, true);
}

// Goes from a highlight back to the answer that cites it.
function toAnswer(id) {
  const chip = document.querySelector(`#pc-messages a.pc-chip[href="#${CSS.escape(id)}"]`);
  if (!chip) return;
  slideAway();
  emphasise(id);
  const answer = chip.closest(".pc-answer");
  answer.classList.remove("pc-flash");
  void answer.offsetWidth; // restarts the animation
  answer.classList.add("pc-flash");
  chip.scrollIntoView({ block: "center", behavior: still.matches ? "auto" : "smooth" });
  chip.focus({ preventScroll: true });
}
