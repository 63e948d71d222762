// A long list of friends: a field that finds a name, and how many are ticked, said on the button.
const form = document.querySelector("[data-choose]");
const find = form.querySelector("[data-find]");
const button = form.querySelector("[data-ticked]");
const friends = [...form.querySelectorAll("label.choice")];
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const words = friends.map((friend) => plain(friend.textContent));

const narrow = () => {
  const sought = plain(find.value.trim());
  friends.forEach((friend, at) => { friend.hidden = !words[at].includes(sought); });
  form.querySelector("[data-none]").hidden = friends.some((friend) => !friend.hidden);
};

const count = () => {
  const ticked = friends.filter((friend) => friend.querySelector("input").checked).length;
  button.textContent = `${button.dataset.ticked} (${ticked.toLocaleString(document.documentElement.lang)})`;
};

form.querySelector("[data-finder]").hidden = friends.length < 12;
find.addEventListener("input", narrow);
find.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
form.addEventListener("change", count);
count();
