// The document's side: fetches documents, once each, marks the conversation's citations in the one that is shown, and
// scrolls to the one that is chosen. On a narrow screen the pane first slides over the chat.
const narrow = window.matchMedia("(max-width: 899px)");
const still = window.matchMedia("(prefers-reduced-motion: reduce)");
const sheet = () => document.getElementById("pc-pane");
const holder = () => document.querySelector("#pc-document .pc-holder");
const article = () => holder().querySelector(".pc-article");
const kept = new Map(); // articles by document, as they came
const placed = new WeakMap(); // by article, what is marked in it: by mark, what was made for it
let arrive;
const arrived = new Promise((done) => (arrive = done)); // the server has said who the visitor is
let state = { documents: {}, marks: [], shown: "", chosen: null };
let current = ""; // the id of the citation that is emphasised
let from = null; // the link that was followed last, to return to
let asText = false;

function parts(id) {
  return [...holder().querySelectorAll(`[data-span="${CSS.escape(id)}"]`)];
}

const chat = () => document.getElementById("pc-chat");

// Over the conversation, which cannot be reached meanwhile.
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
  // What the page opens with has no pictures yet.
  const whole = (one) =>
    one.dataset.version === known.version && (!known.pages || one.classList.contains("pc-has-pages"));
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

// A number that can be followed to the answer: before the first words of a citation.
function reference(mark) {
  const link = document.createElement("a");
  link.className = "pc-ref";
  link.href = `#pc-cite-${mark.number}`;
  link.dataset.label = mark.number;
  link.setAttribute("aria-label", mark.hint);
  link.title = mark.hint;
  return link;
}

// Marks a citation in the article that is shown, and gives what that took.
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

function take(made) {
  made.gone = true;
  for (const element of made.others) element.remove();
  unwrap(made.marks);
}

// On a PDF's pages: boxes over the picture, where the server says that the words stand.
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

// Brings the marks of the article that is shown up to date; what stays is not touched.
function markAll() {
  const here = article();
  if (!placed.has(here)) placed.set(here, new Map());
  const there = placed.get(here);
  const wanted = state.marks.filter((mark) => mark.document === here.dataset.document);
  const keys = new Map(wanted.map((mark) => [JSON.stringify(mark), mark]));
  for (const [key, made] of there) {
    if (keys.has(key)) continue;
    take(made);
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
  // Of a long document only what is near is laid out, and the way to the rest is an estimate.
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
  const mark = state.marks.find((one) => `pc-cite-${one.number}` === id);
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

// From a highlight back to the answer that used it.
function toAnswer(id) {
  const chip = document.querySelector(`#pc-messages a.pc-chip[href="#${CSS.escape(id)}"]`);
  if (!chip) return;
  slideAway();
  emphasise(id);
  const answer = chip.closest(".pc-answer");
  answer.classList.remove("pc-flash");
  void answer.offsetWidth; // so that the animation begins anew
  answer.classList.add("pc-flash");
  chip.scrollIntoView({ block: "center", behavior: still.matches ? "auto" : "smooth" });
  chip.focus({ preventScroll: true });
}
