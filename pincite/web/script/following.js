// Documents that the server takes over while the page is open: asked for now and then, as long as somebody looks.
const LOOKED = 5_000; // milliseconds between two looks
async function follow() {
  if (!state.follows || !state.token || document.hidden) return;
  try {
    const response = await fetch(address("served.json"));
    if (response.ok && (await response.json()).newer) trigger("follow", {});
  } catch {
    // the server has gone: Gradio says so
  }
}
setInterval(follow, LOOKED);
document.addEventListener("visibilitychange", follow);
