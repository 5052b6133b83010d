// The dialog that checks the quotations of a pasted text or a file, and shows the report.
const checkPlace = () => document.querySelector("dialog.pc-check");
let checking = 0; // the number of the last text that was sent

function sayChecked(words) {
  checkPlace().querySelector(".pc-check-said").textContent = words;
}

function openCheck() {
  const place = checkPlace();
  place.showModal();
  place.querySelector("textarea").focus();
}

async function checkText() {
  const place = checkPlace();
  const file = place.querySelector("#pc-check-file").files[0];
  const text = place.querySelector("#pc-check-text").value;
  if (!file && !text.trim()) return sayChecked(place.dataset.nothing);
  const number = ++checking;
  sayChecked(place.dataset.checking);
  place.querySelector("iframe").hidden = place.querySelector(".pc-check-whole").hidden = true;
  await arrived;
  const sent = () =>
    fetch(address("check"), { method: "POST", headers: file ? { "x-name": encodeURIComponent(file.name) } : {}, body: file ?? text });
  try {
    let response = await sent();
    if (response.status === 404) {
      await becomeKnown();
      response = await sent();
    }
    if (number !== checking) return;
    if (response.ok) showChecked(await response.text());
    else sayChecked((await response.json()).error?.message ?? place.dataset.failed);
  } catch {
    sayChecked(place.dataset.failed);
  }
}

function showChecked(report) {
  const place = checkPlace(), frame = place.querySelector("iframe"), whole = place.querySelector(".pc-check-whole");
  frame.onload = () => {
    frame.contentDocument.addEventListener("click", followInReport);
    sayChecked(frame.contentDocument.querySelector(".verdict-line")?.textContent ?? "");
  };
  frame.srcdoc = report;
  frame.hidden = whole.hidden = false;
  if (whole.href) URL.revokeObjectURL(whole.href);
  whole.href = URL.createObjectURL(new Blob([report], { type: "text/html" }));
}

// The report has no address, so links to "#…" in it are followed here.
function followInReport(event) {
  const link = event.target.closest?.("a[href]");
  if (!link) return;
  event.preventDefault();
  const href = link.getAttribute("href"), report = link.ownerDocument;
  if (!href.startsWith("#")) return void window.open(href, "_blank", "noopener,noreferrer");
  const found = report.getElementById(href.slice(1));
  for (const before of report.querySelectorAll(".led-to")) before.classList.remove("led-to");
  found?.classList.add("led-to");
  found?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.(".pc-check-open")) openCheck();
  else if (event.target.closest?.(".pc-check-go")) checkText();
});

// The text or the file is checked, whichever was given last.
document.addEventListener("input", (event) => {
  if (event.target.id === "pc-check-text") document.getElementById("pc-check-file").value = "";
});
document.addEventListener("change", (event) => {
  if (event.target.id === "pc-check-file" && event.target.files.length) document.getElementById("pc-check-text").value = "";
});
