// The list of documents. An older list never replaces a newer one: results of simultaneous events may arrive out of
// order, and Gradio sends an event's last result again when it ends.
let newest = { token: "", number: 0, html: "" };
watch("value", () => {
  const { token, number } = element.querySelector(".pc-documents").dataset;
  if (token === newest.token && Number(number) < newest.number) props.value = newest.html;
  else newest = { token, number: Number(number), html: props.value };
});
