// Asks regularly for new documents of the server, while the page is visible.
const INTERVAL = 5_000; // milliseconds between two requests
async function follow() {
  if (!state.follows || !state.token || document.hidden) return;
  try {
    const response = await fetch(address("served.json"));
    if (response.ok && (await response.json()).newer) trigger("follow", {});
  } catch {
    // the server is gone, which Gradio reports
  }
}
setInterval(follow, INTERVAL);
document.addEventListener("visibilitychange", follow);
