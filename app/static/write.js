// The message: what she changes goes into the buttons; sharing and copying where the browser can; the question when she returns.
const page = document.querySelector("[data-write]");
const text = page.querySelector("textarea");
const counter = page.querySelector("[data-length]");
const question = page.querySelector("#how");
let went = false;

const withText = (href) => href.replace(/((?:^|[?&])(?:body|text)=)[^&]*/, (_, start) => start + encodeURIComponent(text.value));

const grow = () => {
  if (CSS.supports("field-sizing", "content")) return;
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + 2}px`;
};

const refresh = () => {
  grow();
  for (const link of page.querySelectorAll("a[data-send]")) link.href = withText(link.getAttribute("href"));
  const letters = [...text.value].length;
  counter.textContent = counter.dataset.length.replace("0", letters);
  page.querySelector("[data-long]").hidden = letters <= Number(text.dataset.most);
};

const share = page.querySelector("[data-share]");
if (navigator.share) {
  share.hidden = false;
  share.addEventListener("click", async () => {
    try { await navigator.share({ text: text.value }); went = true; ask(); } catch { /* she closed the sheet */ }
  });
}

const copy = page.querySelector("[data-copy]");
if (navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text.value);
    page.querySelector("[data-copied]").textContent = copy.dataset.done;
    went = true;
  });
}

const ask = () => {
  if (!went || document.visibilityState !== "visible") return;
  went = false;
  question.focus();
};

page.addEventListener("click", (event) => { if (event.target.closest("a[data-send]")) went = true; });
document.addEventListener("visibilitychange", ask);
text.addEventListener("input", refresh);
refresh();
