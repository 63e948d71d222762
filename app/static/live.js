// The desk's numbers move: each second the same parts are fetched again, and only what has changed is put in its place.
const root = document.querySelector("[data-live]");
const seen = new Map();

const reachable = (part) => [...part.querySelectorAll("a, button, summary")];

const replace = (here, part) => {
  const open = [...here.querySelectorAll("details")].map((details) => details.open);
  const focused = reachable(here).indexOf(document.activeElement);
  here.replaceChildren(...part.cloneNode(true).childNodes);
  here.querySelectorAll("details").forEach((details, at) => { details.open = open[at] ?? false; });
  if (focused >= 0) reachable(here)[focused]?.focus();
};

const place = (part) => {
  const name = part.dataset.part;
  const here = root.querySelector(`[data-part="${CSS.escape(name)}"]`);
  if (!here || seen.get(name) === part.innerHTML) return;
  replace(here, part);
  seen.set(name, part.innerHTML);
};

root.querySelectorAll("[data-part]").forEach((part) => seen.set(part.dataset.part, part.innerHTML));

const poll = async () => {
  if (document.visibilityState === "visible") {
    try {
      const answer = await fetch(root.dataset.live, { headers: { Accept: "text/html" } });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        page.querySelectorAll("[data-part]").forEach(place);
      }
      root.querySelector("[data-offline]").hidden = answer.ok;
    } catch {
      root.querySelector("[data-offline]").hidden = false;
    }
  }
  setTimeout(poll, 1000);
};

setTimeout(poll, 1000);
