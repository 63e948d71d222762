// A long list of names: a field that finds one.
const finder = document.querySelector("[data-finder]");
const field = finder.querySelector("input");
const names = [...document.querySelector("[data-among]").children];
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const words = names.map((name) => plain(name.textContent));

field.addEventListener("input", () => {
  const sought = plain(field.value.trim());
  names.forEach((name, at) => { name.hidden = !words[at].includes(sought); });
  finder.querySelector("[data-none]").hidden = names.some((name) => !name.hidden);
});
field.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
finder.hidden = names.length < 12;
