// The visitor's documents: the list, files that are dropped or chosen, and addresses.
const KNOWN_AGAIN = 30_000; // within which a server that forgot the visitor has to answer
const shelfToggle = () => document.querySelector(".pc-shelf-toggle");
let opener = null; // what the list was opened with, to return to

// Opened by hand, it has the focus: at the document that is shown.
function toggleShelf() {
  const opened = !sheet().classList.contains("pc-shelf-open");
  shelf(opened);
  opener = shelfToggle();
  if (opened) (document.querySelector("#pc-shelf [aria-current]") ?? document.querySelector("#pc-shelf button"))?.focus();
}

// From beside the question: the list, open where documents are added.
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
      continue; // the server has gone: Gradio says so
    }
    trigger("added", {});
  }
}

function sendOne(file) {
  const headers = { "x-name": encodeURIComponent(file.name), "x-size": String(file.size) };
  const limit = Number(document.querySelector(".pc-adding").dataset.most);
  // A file over the limit is refused by its size alone: nothing of it is sent.
  const body = file.size > limit ? null : file;
  return fetch(address("file"), { method: "POST", headers, body });
}

// A server that was started anew, or that a sleeping laptop was cut off from, has forgotten the visitor. Any event makes
// them known again, under another token, which the page is told of.
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

// Dropping anywhere on the page adds; what is dragged is not a file, the page leaves alone.
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

// Numbered, as the server may hear of two in the other order.
let picks = 0;
function pick(key, chosen = null) {
  trigger("show", { key, chosen, number: ++picks });
}

// Which document of the list is the one beside it.
function markShown() {
  const key = state.documents[article().dataset.document]?.key;
  for (const button of document.querySelectorAll("#pc-shelf .pc-show")) {
    if (button.dataset.key === key) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}

// The list is painted anew at each change: what is shown is marked again, and the keyboard stays where it was.
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
    const again = [...container.querySelectorAll("button, input")].find((element) => name(element) === last);
    (again ?? shelfToggle()).focus();
  }).observe(container, { childList: true, subtree: true });
}
