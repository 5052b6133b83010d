// Marking the right words: a bar appears above the document, and the visitor selects words in the document by mouse,
// touch or keyboard.
let marking = null; // { number, question, link, words: { start, end } or null }

function markingBar() {
  const words = menu().dataset;
  const bar = document.createElement("div");
  bar.className = "pc-marking";
  bar.setAttribute("role", "group");
  const task = document.createElement("p");
  task.className = "pc-marking-task";
  task.textContent = words.marking.replace("{question}", marking.question);
  bar.setAttribute("aria-label", task.textContent);
  const chosen = document.createElement("p");
  chosen.className = "pc-marking-words";
  chosen.setAttribute("role", "status");
  bar.append(task, chosen);
  for (const [name, act] of [["Keep", keepMarked], ["None", keepNone], ["Cancel", endMarking]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = `pc-button pc-marking-${name.toLowerCase()}`;
    button.textContent = words[`marking${name}`];
    button.addEventListener("mousedown", (event) => event.preventDefault()); // else the selection would be lost
    button.addEventListener("click", act);
    bar.append(button);
  }
  return bar;
}

function beginMarking(number, link) {
  endMarking();
  const question = link.closest(".message-row")?.previousElementSibling?.querySelector(".pc-question")?.textContent ?? "";
  marking = { number, question, link, words: null };
  if (narrow.matches) openPane();
  shelf(false);
  asText = true; // a picture of a page has no words to select
  titleBar(article().dataset.document);
  holder().before(markingBar());
  editable(true);
  article().focus({ preventScroll: true });
}

// Gives the keyboard a caret in the document, without letting anything be written.
function editable(on) {
  if (on) {
    article().contentEditable = "true";
    article().spellcheck = false;
  } else {
    for (const edited of document.querySelectorAll(".pc-article[contenteditable]")) {
      edited.removeAttribute("contenteditable");
      edited.removeAttribute("spellcheck");
    }
  }
}

function endMarking() {
  if (!marking) return;
  const { number } = marking;
  marking = null;
  returning = `#pc-mark-${number}`;
  document.querySelector(".pc-marking")?.remove();
  editable(false);
  document.querySelector(`#pc-messages a[href="#pc-mark-${number}"]`)?.focus({ preventScroll: true });
}

// Returns the selection's offsets in the document, in code points, and its text; or null.
function selectedWords() {
  const selection = getSelection(), here = article();
  if (!selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  if (!here.contains(range.commonAncestorContainer) || range.toString().trim() === "") return null;
  const ahead = document.createRange();
  ahead.setStart(here, 0);
  ahead.setEnd(range.startContainer, range.startOffset);
  const start = points(ahead.toString());
  return { start, end: start + points(range.toString()), text: range.toString() };
}

function keepMarked() {
  if (!marking.words) {
    document.querySelector(".pc-marking-words").textContent = menu().dataset.markingNothing;
    return;
  }
  const { number, question, words } = marking;
  trigger("mark", { number, question, key: state.documents[words.document].key, start: words.start, end: words.end });
  endMarking();
}

function keepNone() {
  const { number, question } = marking;
  trigger("deny", { number, question, key: state.documents[article().dataset.document].key });
  endMarking();
}

document.addEventListener("selectionchange", () => {
  const found = marking && selectedWords();
  if (!found) return; // a tap on the bar removes the selection, but the words stay chosen
  marking.words = { ...found, document: article().dataset.document };
  const shown = found.text.split(/\s+/).filter(Boolean).join(" ");
  document.querySelector(".pc-marking-words").textContent = shown.length > 160 ? `${shown.slice(0, 160)} …` : shown;
});

document.addEventListener("beforeinput", (event) => {
  if (marking && article().contains(event.target)) event.preventDefault();
}, true);

// Meanwhile clicks in the document do nothing else, and keys control the marking.
document.addEventListener("click", (event) => {
  if (!marking || !article().contains(event.target)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

document.addEventListener("keydown", (event) => {
  if (!marking) return;
  if (event.key === "Escape") {
    event.stopImmediatePropagation();
    endMarking();
  } else if (event.key === "Enter" && article().contains(event.target)) {
    event.preventDefault();
    keepMarked();
  }
}, true);
