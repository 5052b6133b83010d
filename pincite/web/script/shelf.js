// The list of documents. Outcomes of events at once may cross on their way here, and Gradio sends an event's last one once
// more when it ends: an older list gives way to the newer one that was here before it.
let newest = { token: "", number: 0, html: "" };
watch("value", () => {
  const { token, number } = element.querySelector(".pc-documents").dataset;
  if (token === newest.token && Number(number) < newest.number) props.value = newest.html;
  else newest = { token, number: Number(number), html: props.value };
});
