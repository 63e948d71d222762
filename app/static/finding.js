// Real counts while friends are being found: one poll each second, until it is done or has failed.
const page = document.querySelector("[data-progress]");
const counts = page.querySelectorAll("[data-count]");

const show = (progress) => {
  for (const place of counts) place.textContent = progress.counts[place.dataset.count];
};

const poll = async () => {
  try {
    const answer = await fetch(page.dataset.progress, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const progress = await answer.json();
    show(progress);
    if (progress.state === "done" || progress.state === "failed") return location.reload();
    page.querySelector("[data-offline]").hidden = true;
  } catch {
    page.querySelector("[data-offline]").hidden = false;
  }
  setTimeout(poll, 1000);
};

setTimeout(poll, 1000);
