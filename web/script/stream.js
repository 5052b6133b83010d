// Gradio's client closes its stream of outcomes when the server says so, even if it has sent an event in the meantime:
// that event's outcome waits at the server, and nobody fetches it. Another event opens the stream anew and brings both.
const awaited = new Set(); // events that were sent and have not ended
const ended = new Set(); // those whose end came before the answer to their sending
let streams = 0; // that are open
const SETTLED = 300; // milliseconds in which Gradio opens a stream itself, if it is going to

const gradioFetch = window.fetch;
window.fetch = async (...asked) => {
  const response = await gradioFetch(...asked);
  const path = new URL(asked[0].url ?? asked[0], location.href).pathname;
  if (response.ok && path.endsWith("/queue/join")) sent(response.clone());
  if (response.ok && path.endsWith("/queue/data")) listen(response.clone());
  return response;
};

async function sent(response) {
  const id = (await response.json()).event_id;
  if (id && !ended.delete(id)) awaited.add(id);
  setTimeout(wake, SETTLED);
}

async function listen(response) {
  streams++;
  try {
    let rest = "";
    const texts = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let read = await texts.read(); !read.done; read = await texts.read()) {
      const lines = (rest + read.value).split("\n");
      rest = lines.pop();
      lines.forEach(heard);
    }
  } catch {
    // closed by Gradio, or broken off: either way it has ended
  }
  streams--;
  setTimeout(wake, SETTLED);
}

function heard(line) {
  if (!line.startsWith("data:") || !line.includes("process_completed")) return;
  const message = JSON.parse(line.slice("data:".length));
  if (message.msg === "process_completed" && !awaited.delete(message.event_id)) ended.add(message.event_id);
}

function wake() {
  if (awaited.size > 0 && streams === 0) trigger("wake", {});
}
