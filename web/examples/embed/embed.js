// A page of its own with roichat's engine in it: one picture, one box, a question, and the answer as it comes.
import { RoiChat } from "./roichat/index.js";

const part = (id) => document.getElementById(id);
const say = (said) => part("status").replaceChildren(said.message ?? said);
const loading = ({ bytes, total }) => say(`Loading the model: ${Math.floor((100 * bytes) / total)} %`);
const { x, y, width, height } = part("box").getBBox();

async function open() {
  const chat = await RoiChat.open({ model: "model/", onProgress: (event) => event.type === "loading" && loading(event) });
  await chat.setPicture(await (await fetch(part("picture").href.baseVal)).blob());
  part("form").addEventListener("submit", (event) => {
    event.preventDefault();
    part("fields").disabled = true;
    ask(chat).catch(say).finally(() => (part("fields").disabled = false));
  });
  part("fields").disabled = false;
  say(`${chat.model.id} is ready, on ${chat.device.name}.`);
}

async function ask(chat) {
  part("answer").replaceChildren();
  const pieces = chat.ask(part("question").value, [[x, y, x + width, y + height]], { max_new_tokens: 200 });
  for await (const piece of pieces) part("answer").append(piece);
}

open().catch(say);
