// Picking friends from the phone's own contacts, where the browser has it: she picks, nothing else is seen.
const form = document.querySelector("[data-picker]");

const clean = (value) => String(value).replace(/[\r\n]+/g, " ").replace(/([\\;,])/g, "\\$1");
const lines = (field, values) => (values || []).map((value) => `${field}:${clean(value)}\r\n`).join("");
const card = (person) => `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:${clean((person.name || [""])[0])}\r\n${lines("TEL", person.tel)}${lines("EMAIL", person.email)}END:VCARD\r\n`;

if (navigator.contacts && navigator.contacts.select) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    let people = [];
    try { people = await navigator.contacts.select(["name", "tel", "email"], { multiple: true }); } catch { return; }
    if (!people.length) return;
    const picked = new DataTransfer();
    picked.items.add(new File([people.map(card).join("")], "picked.vcf", { type: "text/vcard" }));
    form.querySelector("input[type=file]").files = picked.files;
    form.submit();
  });
}
