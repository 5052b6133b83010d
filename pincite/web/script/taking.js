// The tools below answers: copying one, exporting the conversation, rating.
const TOOLS = /^#pc-(copy|copy-markdown|up|down|mark)-(\d+)$/;
let returning = ""; // the last link that was used, which keeps the focus until something else gets it
const menu = () => document.querySelector(".pc-take");

function tell(words) {
  const told = document.querySelector(".pc-told");
  told.textContent = words;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => (told.textContent = ""), 4000);
}

async function copyAnswer(form, number) {
  const response = await fetch(address("copy", form, number));
  const done = response.ok && (await toClipboard(await response.text()));
  tell(done ? menu().dataset.copied : menu().dataset.notCopied);
}

async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Over plain http from another machine, a browser copies only selected text.
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "pc-copied";
    const back = document.activeElement;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    back?.focus({ preventScroll: true });
    return done;
  }
}

// Restores the attributes that Gradio's sanitiser removes from messages.
function tidyTools() {
  for (const link of document.querySelectorAll("#pc-messages .pc-why-link a.pc-tool")) {
    if (!TOOLS.test(link.hash)) continue;
    if (!link.hash.startsWith("#pc-copy")) link.setAttribute("aria-pressed", String(link.classList.contains("pc-pressed")));
    // When Gradio renders messages again, the focus is lost.
    if (link.hash === returning && document.activeElement === document.body) link.focus({ preventScroll: true });
  }
  if (menu()) menu().hidden = !document.querySelector("#pc-messages .pc-why-link");
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#pc-messages .pc-why-link a.pc-tool");
  const [, name, digits] = link?.hash.match(TOOLS) ?? [];
  returning = link?.hash ?? "";
  const number = Number(digits);
  if (name === "copy") copyAnswer("text", number);
  else if (name === "copy-markdown") copyAnswer("markdown", number);
  else if (name === "up" || name === "down") trigger("rate", { number, rating: name });
  else if (name === "mark") beginMarking(number, link);
  const file = event.target.closest?.(".pc-take a.pc-export");
  if (file) file.href = address("export", file.dataset.suffix);
  if (menu()?.open && !event.target.closest?.(".pc-take summary")) menu().open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !menu()?.open) return;
  menu().open = false;
  menu().querySelector("summary").focus();
});

function watchTools() {
  const chat = document.getElementById("pc-chat");
  if (!chat) {
    setTimeout(watchTools, 20);
    return;
  }
  new MutationObserver(tidyTools).observe(chat, { childList: true, subtree: true });
  tidyTools();
}
watchTools();
