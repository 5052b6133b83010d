// Gradio's client closes its stream of outcomes when the server says so, even if it has sent an event in the meantime:
// that event's outcome waits at the server, and nobody fetches it. Another event opens the stream anew and brings both.
// And it opens one for an event whose outcome has come already: that stream would stay open with nothing to bring, and
// a browser opens only six connections to a server, for all of its windows together.
const awaited = new Map(); // events that were sent and have not ended: whether they bring anything, or only wake
const ended = new Set(); // those whose end came before the answer to their sending
let streams = 0; // that are open or have been asked for
let needless = false; // whether nothing is left of the last event that was sent
const SETTLED = 300; // milliseconds in which Gradio opens a stream itself, if it is going to
const LONGEST = 10_000;
let patience = SETTLED; // longer each time that waking has brought nothing
const CLOSING = 'data: {"msg":"close_stream","event_id":null}\n\n';

const gradioFetch = window.fetch;
window.fetch = async (...asked) => {
  const path = new URL(asked[0].url ?? asked[0], location.href).pathname;
  if (path.endsWith("/queue/data")) return stream(asked);
  const response = await gradioFetch(...asked);
  if (response.ok && path.endsWith("/queue/join")) await sent(response.clone(), asked[1]?.body);
  return response;
};

async function sent(response, body) {
  const id = (await response.json()).event_id;
  const early = ended.delete(id);
  if (!early) awaited.set(id, !String(body).includes('"event_data":{"wakes":true}'));
  needless = early && awaited.size === 0;
  setTimeout(wake, patience);
}

async function stream(asked) {
  if (needless && awaited.size === 0) return new Response(CLOSING, { headers: { "content-type": "text/event-stream" } });
  streams++;
  let heard = Promise.resolve();
  try {
    const response = await gradioFetch(...asked);
    if (response.ok) heard = listen(response.clone());
    return response;
  } finally {
    heard.then(() => {
      streams--;
      setTimeout(wake, patience);
    });
  }
}

async function listen(response) {
  try {
    let rest = "";
    const texts = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let read = await texts.read(); !read.done; read = await texts.read()) {
      const lines = (rest + read.value).split("\n");
      rest = lines.pop();
      lines.forEach(hear);
    }
  } catch {
    // closed by Gradio, or broken off: either way it has ended
  }
}

function hear(line) {
  if (!line.startsWith("data:") || !line.includes("process_completed")) return;
  const { msg, event_id: id } = JSON.parse(line.slice("data:".length));
  if (msg !== "process_completed") return;
  if (awaited.get(id)) patience = SETTLED;
  if (!awaited.delete(id)) ended.add(id);
}

function wake() {
  if (streams > 0 || ![...awaited.values()].includes(true)) return;
  patience = Math.min(2 * patience, LONGEST);
  trigger("wake", { wakes: true });
}
