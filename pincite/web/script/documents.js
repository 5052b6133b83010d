// The visitor's documents: the list, files that are dropped or chosen, and addresses.
const KNOWN_AGAIN = 30_000; // milliseconds within which a server that forgot the visitor has to answer
const shelfToggle = () => document.querySelector(".pc-shelf-toggle");
let opener = null; // the button that opened the list, which gets the focus back

// When it is opened by hand, the shown document in it gets the focus.
function toggleShelf() {
  const opened = !sheet().classList.contains("pc-shelf-open");
  shelf(opened);
  opener = shelfToggle();
  if (opened) (document.querySelector("#pc-shelf [aria-current]") ?? document.querySelector("#pc-shelf button"))?.focus();
}

// Opens the list at the forms that add documents, from the button beside the question.
function addDocument(button) {
  shelf(true);
  opener = from = button;
  if (narrow.matches) openPane();
  document.querySelector(".pc-adding").scrollIntoView({ block: "nearest" });
  document.getElementById("pc-files").focus({ preventScroll: true });
}

function shelf(opened) {
  sheet().classList.toggle("pc-shelf-open", opened);
  shelfToggle().setAttribute("aria-expanded", String(opened));
}

async function send(files) {
  if (files.length === 0) return;
  shelf(true);
  if (narrow.matches) openPane();
  await arrived;
  for (const file of files) {
    try {
      if ((await sendOne(file)).status === 404) {
        await becomeKnown();
        await sendOne(file);
      }
    } catch {
      continue; // the server is gone, which Gradio reports
    }
    trigger("added", {});
  }
}

function sendOne(file) {
  const headers = { "x-name": encodeURIComponent(file.name), "x-size": String(file.size) };
  const limit = Number(document.querySelector(".pc-adding").dataset.most);
  // A file over the limit is refused by its size, without being sent.
  const body = file.size > limit ? null : file;
  return fetch(address("file"), { method: "POST", headers, body });
}

// After a restart of the server, or a long sleep of this machine, the server has forgotten the visitor. Any event makes
// them known again, with another token, which the page then receives.
async function becomeKnown() {
  const before = state.token, wait = 100;
  trigger("added", {});
  for (let left = KNOWN_AGAIN; left > 0 && state.token === before; left -= wait) {
    await new Promise((done) => setTimeout(done, wait));
  }
}

function searched() {
  const boxes = [...document.querySelectorAll("#pc-shelf .pc-search-in input:checked")];
  trigger("searched", { keys: boxes.map((box) => box.dataset.key) });
}

document.addEventListener("change", (event) => {
  if (event.target.id === "pc-files") {
    send([...event.target.files]);
    event.target.value = "";
  } else if (event.target.closest?.(".pc-search-in")) {
    searched();
  }
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches?.(".pc-address, .pc-paste")) return;
  event.preventDefault();
  const box = event.target.querySelector("input, textarea");
  if (!box.value.trim()) return;
  if (event.target.matches(".pc-paste")) send([new File([box.value], event.target.dataset.name)]);
  else trigger("address", { url: box.value });
  box.value = "";
});

// Files can be dropped anywhere on the page; anything else that is dragged is ignored.
let dragged = 0;
const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
const dropping = (on) => document.body.classList.toggle("pc-dropping", on);
window.addEventListener("dragenter", (event) => {
  if (carriesFiles(event)) dropping(++dragged > 0);
});
window.addEventListener("dragleave", (event) => {
  if (carriesFiles(event)) dropping(--dragged > 0);
});
window.addEventListener("dragover", (event) => {
  if (carriesFiles(event)) event.preventDefault();
});
window.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  dropping((dragged = 0) > 0);
  send([...event.dataTransfer.files]);
});

// Picks are numbered, because they may reach the server out of order.
let picks = 0;
function pick(key, chosen = null) {
  trigger("show", { key, chosen, number: ++picks });
}

// Marks the shown document in the list.
function markShown() {
  const key = state.documents[article().dataset.document]?.key;
  for (const button of document.querySelectorAll("#pc-shelf .pc-show")) {
    if (button.dataset.key === key) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}

// The list is rendered again at each change: this restores the mark of the shown document, and the focus.
function keepList(container) {
  let last = null;
  const name = (element) => `${element.tagName}.${element.classList[0] ?? element.type}[${element.dataset.key}]`;
  container.addEventListener("focusin", (event) => (last = name(event.target)));
  container.addEventListener("focusout", (event) => {
    if (event.relatedTarget) last = null;
  });
  new MutationObserver(() => {
    markShown();
    if (last === null || document.activeElement !== document.body) return;
    const same = [...container.querySelectorAll("button, input")].find((element) => name(element) === last);
    (same ?? shelfToggle()).focus();
  }).observe(container, { childList: true, subtree: true });
}
