// Runs once, when the document's pane has loaded. `element` is the pane, `trigger` calls the server, `watch` tells
// of new HTML. Choosing a citation scrolls the pane to its mark; on a narrow screen the pane first slides over the chat.
const narrow = window.matchMedia("(max-width: 899px)");
const still = window.matchMedia("(prefers-reduced-motion: reduce)");
const sheet = () => document.getElementById("pc-pane");
const article = () => element.querySelector(".pc-article");
let current = "";     // the id of the citation that is emphasised
let awaited = "";     // the id of a citation whose document is on its way from the server
let from = null;      // the link that was followed last, to return to
let showing = article().dataset.document;

function parts(id) {
  return [...element.querySelectorAll(`[data-span="${CSS.escape(id)}"]`)];
}

function open() {
  sheet().classList.add("pc-over");
}

function close() {
  const over = sheet().classList.contains("pc-over");
  sheet().classList.remove("pc-over");
  const back = from?.isConnected ? from : document.querySelector(over ? ".pc-open" : "#pc-question textarea");
  back?.focus({ preventScroll: !over });
}

function emphasise(id) {
  current = id;
  for (const part of element.querySelectorAll(".pc-chosen")) part.classList.remove("pc-chosen");
  for (const part of [...parts(id), ...parts(`${id}-sentence`)]) part.classList.add("pc-chosen");
  tidyMessages();
}

// Says which citation is the current one. Gradio labels each message with its own HTML source, which a screen
// reader would spell out: without that label the words themselves are read.
function tidyMessages() {
  for (const link of document.querySelectorAll("#pc-messages a.pc-chip")) {
    if (link.hash === `#${current}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  for (const message of document.querySelectorAll("#pc-messages [data-testid][aria-label]")) {
    message.removeAttribute("aria-label");
  }
}

function scrollTo(mark) {
  const box = article();
  const place = mark.getBoundingClientRect();
  const room = box.clientHeight - Math.min(place.height, box.clientHeight);
  const top = box.scrollTop + place.top - box.getBoundingClientRect().top - room / 3;
  box.scrollTo({ top, behavior: still.matches ? "auto" : "smooth" });
}

function reveal(id, byHand) {
  const mark = parts(id).find((part) => part.getClientRects().length > 0);
  if (!mark) return false;
  emphasise(id);
  scrollTo(mark);
  if (byHand) {
    mark.tabIndex = -1;
    mark.focus({ preventScroll: true });
  }
  return true;
}

function choose(link) {
  from = link;
  const id = link.hash.slice(1);
  if (narrow.matches) open();
  if (reveal(id, true)) return;
  awaited = id;
  trigger("choose", { id });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#pc-messages a.pc-chip");
  if (link) {
    event.preventDefault();
    choose(link);
  } else if (event.target.closest?.(".pc-open")) {
    from = null;
    open();
    article().focus({ preventScroll: true });
  } else if (event.target.closest?.(".pc-close")) {
    close();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && sheet().contains(document.activeElement)) close();
});

watch("value", () => {
  const { document: shown, chosen } = article().dataset;
  if (shown !== showing) article().scrollTop = 0;
  showing = shown;
  emphasise(chosen ?? "");
  if (chosen) reveal(chosen, chosen === awaited);
  awaited = "";
});

// The chat is painted in its own time, and may even load after this: watch what holds both.
new MutationObserver(tidyMessages).observe(element.closest("#pc-columns"), { childList: true, subtree: true });
