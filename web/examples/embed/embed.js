// A page of its own with roichat's engine in it: one picture, one box, a question, and the answer as it comes.
import { RoiChat } from "./roichat/index.js";

const part = (id) => document.getElementById(id);
const say = (text) => part("status").replaceChildren(text);
const percent = ({ type, bytes, total }) => type === "loading" && say(`Loading the model: ${Math.floor((100 * bytes) / total)} %`);
const { x, y, width, height } = part("box").getBBox();

try {
  const chat = await RoiChat.open({ model: "model/", onProgress: percent });
  const file = await fetch(part("picture").href.baseVal);
  await chat.setPicture(await file.blob());
  part("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    part("fields").disabled = true;
    part("answer").replaceChildren();
    const pieces = chat.ask(part("question").value, [[x, y, x + width, y + height]], { max_new_tokens: 200 });
    try {
      for await (const piece of pieces) part("answer").append(piece);
    } catch (error) {
      say(error.message);
    }
    part("fields").disabled = false;
  });
  part("fields").disabled = false;
  say(`${chat.model.id} is ready, on ${chat.device.name}.`);
} catch (error) {
  say(error.message);
}
