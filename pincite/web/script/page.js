// Connects the parts. `trigger` calls the server; `watch` reports a new signal, the visitor's state on the server.
document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest?.(selector);
  let target;
  if ((target = at("#pc-messages a.pc-chip"))) {
    event.preventDefault();
    choose(target);
  } else if ((target = at("#pc-messages a.pc-tool"))) {
    event.preventDefault();
    tool(target);
  } else if ((target = at("#pc-document .pc-ref, #pc-document .pc-box"))) {
    event.preventDefault();
    toAnswer(target.hash.slice(1));
  } else if ((target = at("#pc-document mark:not(.pc-sentence)"))) {
    if (String(getSelection()) === "") toAnswer(target.dataset.span);
  } else if (at(".pc-open")) {
    from = null;
    openPane();
    article().focus({ preventScroll: true });
  } else if (at(".pc-close")) {
    closePane();
  } else if ((target = at(".pc-add-document"))) {
    addDocument(target);
  } else if (at(".pc-shelf-toggle")) {
    toggleShelf();
  } else if (at(".pc-view")) {
    asText = !asText;
    titleBar(state.shown);
    if (current) reveal(current, false);
  } else if ((target = at(".pc-show"))) {
    shelf(false);
    pick(target.dataset.key);
  } else if ((target = at(".pc-remove"))) {
    trigger("remove", { key: target.dataset.key });
  } else if ((target = at(".pc-dismiss"))) {
    trigger("dismiss", { number: Number(target.dataset.number) });
  } else if (at(".pc-cancel")) {
    trigger("edit", { number: 0 });
  } else if (at(".pc-choose")) {
    // the label opens the file dialog
  }
});

document.addEventListener("keydown", (event) => {
  if (event.target.matches?.("a[role=button]") && event.key === " ") {
    event.preventDefault();
    event.target.click();
  }
  if (event.key !== "Escape") return;
  if (sheet().contains(document.activeElement)) {
    if (sheet().classList.contains("pc-shelf-open")) {
      shelf(false);
      if (opener?.matches(".pc-add-document")) closePane();
      else shelfToggle().focus();
    } else {
      closePane();
    }
  } else if (event.target.matches?.("#pc-question textarea") && state.editing) {
    trigger("edit", { number: 0 });
  }
});

document.addEventListener("input", (event) => {
  if (event.target.id === "pc-sure") dialWords();
});
document.addEventListener("change", (event) => {
  if (event.target.id !== "pc-sure") return;
  event.target.dataset.moved = "yes";
  trigger("dial", { percent: Number(event.target.value) });
});

// A reloaded page resumes by its token, which only the tab keeps, and only until then.
const WAITS = "pincite-token";
let resuming = null;
try {
  resuming = sessionStorage.getItem(WAITS);
  sessionStorage.removeItem(WAITS);
  addEventListener("pagehide", () => state.token && sessionStorage.setItem(WAITS, state.token));
  addEventListener("pageshow", () => sessionStorage.removeItem(WAITS));
} catch {
  // without storage the page starts anew
}

async function receiveState() {
  const now = JSON.parse(props.value || "{}");
  if (now.token === state.token && now.told < state.told) return; // an older state that arrives late
  // A server that has forgotten the visitor has forgotten their dial position too.
  if (now.token !== state.token) delete document.getElementById("pc-sure")?.dataset.moved;
  state = now;
  if (resuming && state.token && state.resumed === 0) {
    trigger("resume", { token: resuming });
    return;
  }
  resuming = null;
  if (state.token) arrive();
  editing(state.editing);
  standDial(state);
  answered();
  for (const id of kept.keys()) if (!state.documents[id]) kept.delete(id);
  let wanted;
  do {
    wanted = state;
    if (!(await show(wanted.shown))) return;
  } while (wanted !== state); // the state changed while the document was fetched
  markAll();
  if (state.chosen) {
    shelf(false);
    reveal(state.chosen, false);
  } else if (!state.marks.some((mark) => `pc-cite-${mark.number}` === current)) emphasise("");
  else emphasise(current);
}

watch("value", receiveState);

// The chat may be rendered after this script runs, so the element around both is watched.
function begin() {
  const columns = document.getElementById("pc-columns");
  const list = document.getElementById("pc-list-of-documents");
  if (!columns || !list || !document.querySelector(".pc-article")) {
    setTimeout(begin, 20);
    return;
  }
  new MutationObserver(() => {
    tidyMessages();
    showReasons();
  }).observe(columns, { childList: true, subtree: true });
  keepList(list);
  dialWords();
  if (props.value && props.value !== "{}") receiveState();
}
begin();
