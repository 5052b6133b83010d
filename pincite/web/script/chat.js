// The conversation: links that Python writes into messages, editing, and the dial.

// Marks the current citation for screen readers, and removes Gradio's label of each message: it is the message's HTML
// source, which a screen reader would read instead of the words.
function tidyMessages() {
  for (const link of document.querySelectorAll("#pc-messages a.pc-chip")) {
    if (link.hash === `#${current}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  for (const message of document.querySelectorAll("#pc-messages [data-testid][aria-label]")) {
    message.removeAttribute("aria-label");
  }
  // Gradio gives its example buttons the role of a list, but they are not list items.
  document.querySelector("#pc-messages .examples[role=list]")?.setAttribute("role", "group");
}

// One question at a time: another one stays in the box meanwhile. A question leaves the box when its answer comes.
const box = () => document.querySelector("#pc-question textarea");
let awaiting = null; // the question that waits for its answer
let answers = 0; // the number of answers before it
let since = 0; // when it was asked, in milliseconds
const LONG = 30_000; // milliseconds after which it may be lost, so that another question can be asked

function expect(question) {
  awaiting = question;
  since = Date.now();
  answers = state.answers ?? 0;
  document.querySelector(".pc-pending q").textContent = question;
  setTimeout(() => {
    document.querySelector(".pc-reading").hidden = awaiting === null;
  }, 120); // an immediate answer needs no announcement
}

function answered() {
  if (awaiting === null || state.answers === answers) return;
  if (box().value === awaiting) fill("");
  const asked = awaiting;
  for (const wait of [50, 250]) setTimeout(() => showQuestion(asked), wait);
  forget();
}

function forget() {
  awaiting = null;
  document.querySelector(".pc-reading").hidden = true;
}

const free = () => awaiting === null || Date.now() - since > LONG;

// Gradio scrolls to a new answer only from the end of the conversation, so this script does it from elsewhere.
function showQuestion(text) {
  const all = [...document.querySelectorAll("#pc-messages .pc-asked")];
  const found = all.findLast((asked) => asked.querySelector(".pc-question").textContent === text);
  const reply = found?.closest(".message-row")?.nextElementSibling?.querySelector(".pc-answer, .pc-error");
  if (!reply) return;
  const pane = reply.closest(".bubble-wrap").getBoundingClientRect(), at = reply.getBoundingClientRect();
  if (at.top < pane.top || at.top > pane.bottom - 80) found.scrollIntoView({ block: "start" });
}

function fill(text) {
  box().value = text;
  box().dispatchEvent(new Event("input", { bubbles: true }));
}

// A question may be sent before the server knows the visitor. It is sent again as soon as it does.
let early = false;
arrived.then(() => {
  if (early) box().dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", bubbles: true }));
});

// Decides whether a question may be sent, before Gradio handles the event.
function asks(event, question) {
  if (!state.token || resuming) early = true;
  else if (free() && question !== "") {
    expect(question);
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
}

document.addEventListener("keypress", (event) => {
  if (event.target === box() && event.key === "Enter" && !event.shiftKey) asks(event, box().value);
}, true);

document.addEventListener("click", (event) => {
  const example = event.target.closest?.("#pc-messages .example");
  if (example) asks(event, example.textContent.trim());
  else if (event.target.closest?.("#pc-question .submit-button")) asks(event, box().value);
  else if (event.target.closest?.("#pc-clear")) {
    forget(); // the answer to a cleared question is dropped
    box().focus();
  }
}, true);

function editing(number) {
  const bar = document.querySelector(".pc-editing");
  bar.hidden = !number;
  bar.querySelector("span").textContent = number ? bar.dataset.words.replace("{number}", number) : "";
  if (number) document.querySelector("#pc-question textarea").focus();
}

// Says what a minimum confidence costs: the calibration's last row [confidence, answered, right, low, high] at or
// below it. Not every calibration has the bounds.
function dialWords() {
  const dial = document.querySelector(".pc-dial");
  if (!dial) return;
  const data = JSON.parse(dial.dataset.dial);
  const slider = dial.querySelector("input");
  const percent = (share) => `${Math.round(100 * share)}%`;
  const words = data.dial.replace("{percent}", `${slider.value}%`);
  dial.querySelector("label").textContent = words;
  slider.setAttribute("aria-valuetext", words);
  slider.style.setProperty("--filled", `${(100 * slider.value) / slider.max}%`);
  const costs = data[dial.dataset.kind];
  const row = costs.filter(([least]) => least <= slider.value / 100 + 1e-9).at(-1) ?? costs[0];
  const shares = row ? data.dial_share.replace("{share}", percent(row[1])).replace("{right}", percent(row[2])) : "";
  const bounded = row?.length > 3;
  const bounds = bounded ? data.dial_bounds.replace("{low}", percent(row[3])).replace("{high}", percent(row[4])) : "";
  dial.querySelector(".pc-dial-share").textContent = shares + bounds;
}

// Short texts have a threshold and costs of their own, so the dial follows the searched documents, until it is moved.
function standDial({ least, minimum, short }) {
  const slider = document.getElementById("pc-sure");
  if (!slider || short === undefined || short === null) return;
  const dial = slider.closest(".pc-dial");
  const stands = () => `${dial.dataset.kind} ${slider.value}`;
  const before = stands();
  dial.dataset.kind = short ? "short" : "long";
  if (!slider.dataset.moved && Number.isInteger(minimum ?? least)) slider.value = minimum ?? least;
  if (stands() !== before) dialWords(); // else screen readers would repeat it
}

function tool(link) {
  const [, name, number] = link.hash.match(/^#pc-(edit|again|why)-(\d+)$/) ?? [];
  if (name === "edit") trigger("edit", { number: Number(number) });
  else if (name === "again" && free()) {
    expect(link.closest(".pc-asked").querySelector(".pc-question").textContent);
    trigger("again", { number: Number(number) });
  }
  else if (name === "why") {
    opening = Number(number);
    trigger("why", { number: opening });
  }
}

// Focuses an answer's reasons, which appear below it, and scrolls to their beginning.
let opening = 0;
function showReasons() {
  const answers = document.querySelectorAll("#pc-messages [data-testid=bot]");
  const reasons = opening ? answers[opening - 1]?.querySelector(".pc-why summary") : null;
  if (!reasons) return;
  opening = 0;
  reasons.focus({ preventScroll: true });
  for (const wait of [0, 100, 300, 700]) { // Gradio scrolls to the end several times
    setTimeout(() => reasons.isConnected && reasons.scrollIntoView({ block: "center" }), wait);
  }
}
