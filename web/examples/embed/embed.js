// A page of its own with roichat's engine in it: one picture, one box, a question, and the answer as it comes.
import { RoiChat } from "./roichat/index.js";
const part = (id) => document.getElementById(id);
const say = (said) => part("status").replaceChildren(said.message ?? said);
const onProgress = ({ type, bytes, total }) => type === "loading" && say(`Loading the model: ${Math.floor((100 * bytes) / total)} %`);

async function ask(chat) {
  part("fields").disabled = true;
  part("answer").replaceChildren();
  const { x, y, width, height } = part("box").getBBox();
  const pieces = chat.ask(part("question").value, [[x, y, x + width, y + height]], { max_new_tokens: 200 });
  for await (const piece of pieces) part("answer").append(piece);
}

RoiChat.open({ model: "model/", onProgress }).then(async (chat) => {
  await chat.setPicture(await (await fetch(part("picture").href.baseVal)).blob());
  part("form").onsubmit = () => ask(chat).catch(say).finally(() => (part("fields").disabled = false));
  part("fields").disabled = false;
  say(`${chat.model.id} is ready, on ${chat.device.name}.`);
}).catch(say);
