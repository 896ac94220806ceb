// What makes pages quicker to use. Every page works without any of it.

const YEAR = 365 * 24 * 3600;
const remember = (name, value, age = YEAR) => {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
};

// --- Light and dark
const root = document.documentElement;
const isDark = () =>
  root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
for (const button of document.querySelectorAll("[data-theme-switch]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    remember("data-theme", root.dataset.theme);
  });
}

// --- Signed in or not. Cached pages are the same for everybody; the cookie only says that asking is worth while.
if (document.querySelector("[data-signed-in]")) remember("signed-in", "1");
const session = document.querySelector("[data-session]");
if (session && /(?:^|; )signed-in=1/.test(document.cookie)) {
  fetch(session.dataset.session, { headers: { Accept: "text/html" }, credentials: "same-origin" })
    .then((answer) => (answer.ok ? answer.text() : ""))
    .then((text) => {
      const part = new DOMParser().parseFromString(text, "text/html");
      const tools = part.querySelector("[data-part=session]");
      const news = part.querySelector("[data-part=messages]");
      if (tools) session.replaceChildren(...tools.childNodes);
      if (tools && !session.querySelector("[data-signed-in]")) remember("signed-in", "", 0);
      if (news) document.querySelector("[data-messages]")?.replaceChildren(...news.childNodes);
    })
    .catch(() => {});
}

// --- A form that came back: the summary takes the focus, its links go to the field itself.
const settle = (where) => {
  const summary = where.querySelector("[data-error-summary]");
  if (!summary) return;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return;
    event.preventDefault();
    (field.closest("fieldset, .field") ?? field).scrollIntoView({ block: "start" });
    field.focus({ preventScroll: true });
  });
};
settle(document);

// --- One press is one request. The button stays in the form's data, so it is marked busy and not disabled.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.dataset.sendsOften !== undefined) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("button[aria-busy=true]")) button.removeAttribute("aria-busy");
});

// --- Dialogs. What opens one is a link or a button that also works as such.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (dialog?.showModal) {
    event.preventDefault();
    dialog.showModal();
  }
  if (event.target.closest("[data-closes]")) {
    event.preventDefault();
    event.target.closest("dialog")?.close();
  }
});

// --- The phone menu closes with Escape and when one looks elsewhere.
const menu = document.querySelector("details.menu");
if (menu) {
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
}

// --- What is answered while a part of a form is under way stands in the part that arrives.
const answersIn = (part) => [...part.querySelectorAll("input, select, textarea")]
  .filter((field) => !["hidden", "file", "submit"].includes(field.type))
  .map((field) => [field.name, field.value, field.checked]);
let asked = new Set();
let answered = [];
document.addEventListener("htmx:beforeRequest", (event) => {
  asked = new Set(answersIn(event.detail.target).map(String));
});
document.addEventListener("htmx:beforeSwap", (event) => {
  answered = answersIn(event.detail.target).filter((answer) => !asked.has(String(answer)));
});
document.addEventListener("htmx:afterSwap", () => {
  for (const [name, value, checked] of answered) {
    for (const field of document.getElementsByName(name)) {
      if (!["radio", "checkbox"].includes(field.type)) field.value = value;
      else if (field.value === value) field.checked = checked;
    }
  }
  answered = [];
});

document.querySelector("[data-print]")?.addEventListener("click", () => print());
if (document.querySelector("[data-countdown]")) import("./countdown.js");
if (document.querySelector("input[type=file]")) import("./uploads.js");
if (document.querySelector("[data-copy]")) import("./copy.js");
