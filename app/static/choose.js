// How many friends are ticked, said on the button.
const form = document.querySelector("[data-choose]");
const button = form.querySelector("[data-ticked]");

const count = () => {
  const ticked = form.querySelectorAll("input:checked").length;
  button.textContent = `${button.dataset.ticked} (${ticked.toLocaleString(document.documentElement.lang)})`;
};

form.addEventListener("change", count);
count();
