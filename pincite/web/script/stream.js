// Gradio's client closes its stream of results when the server says so, even if it has just sent another event. That
// event's result then waits at the server, until another event ("wake") opens the stream again and fetches both.
// The client also opens a stream for an event whose result has already come. That stream would stay open for nothing,
// and a browser opens only six connections to a server, for all of its windows together.
const awaited = new Map(); // unfinished events: true, or false for those that only wake
const ended = new Set(); // events that ended before the response to their sending came
let streams = 0; // open or requested streams
let needless = false; // whether the last event that was sent has already ended, and no other is awaited
const SETTLED = 300; // milliseconds within which Gradio opens a stream itself, if at all
const LONGEST = 10_000;
let patience = SETTLED; // milliseconds; doubled each time that waking fetches nothing
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
    // closed by Gradio or cut off: it has ended
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
