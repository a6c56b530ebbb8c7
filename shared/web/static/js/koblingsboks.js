/* Small comforts. Every page works without this file. No eval, no inline style, safe under a strict CSP.
 *
 *   [data-autosubmit] on a form          sends itself when a choice changes; hides its [data-nojs] button
 *   [data-confirm="Question?"]           on a submit button or a form: asks first, in a dialog
 *   [data-copy="#id"] or [data-copy-text] on a button: copies, and says so
 *   [data-counter-for="id"]              counts the characters that are left
 *   [data-scheme-toggle]                 device -> light -> dark, remembered in localStorage as kb-scheme
 *   [data-find-choice]                   on a text field in a fieldset: leaves the choices whose names hold what is typed
 *   [data-href] on a <u-option>          leads there when it is chosen
 *   [data-quiet]                         round a part another service fills: when that one is away, what stands there stays, unsaid
 *   [data-close-outside], .kb-account    an open <details> closes on Escape and on a click outside
 */
(() => {
  const root = document.documentElement;
  const say = (text) => {
    const live = document.getElementById("kb-live");
    if (live) { live.textContent = ""; setTimeout(() => { live.textContent = text; }, 50); }
  };
  const words = () => document.body.dataset;
  root.dataset.js = "";
  window.dsWarnings = false;

  /* Colour scheme */
  const schemes = ["auto", "light", "dark"];
  const showScheme = () => {
    for (const button of document.querySelectorAll("[data-scheme-toggle]")) {
      button.hidden = false;
      const text = button.dataset[root.dataset.colorScheme] ?? "";
      button.title = text;
      button.querySelector(".ds-sr-only").textContent = text;
    }
  };
  const nextScheme = () => {
    const scheme = schemes[(schemes.indexOf(root.dataset.colorScheme) + 1) % schemes.length];
    root.dataset.colorScheme = scheme;
    try {
      if (scheme === "auto") localStorage.removeItem("kb-scheme");
      else localStorage.setItem("kb-scheme", scheme);
    } catch { /* not remembered, still shown */ }
    showScheme();
    say(document.querySelector("[data-scheme-toggle]")?.title ?? "");
  };

  /* Confirmation */
  const element = (tag, attributes, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };
  const ask = (question, yesText, dangerous, onYes) => {
    const id = "kb-confirm-question";
    const yes = element("button", { class: "ds-button", type: "button", "data-color": dangerous ? "danger" : "accent" }, yesText || words().yes);
    const no = element("button", { class: "ds-button", type: "button", "data-variant": "secondary", autofocus: "" }, words().no);
    const dialog = element("dialog", { class: "ds-dialog kb-confirm", closedby: "any", "aria-labelledby": id },
      element("h2", { class: "ds-heading", "data-size": "xs", id }, question),
      element("div", { class: "kb-cluster" }, yes, no));
    no.addEventListener("click", () => dialog.close());
    yes.addEventListener("click", () => { dialog.close(); onYes(); });
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  };
  const confirmed = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const holder = event.submitter?.dataset.confirm ? event.submitter : form;
    if (!holder.dataset?.confirm || confirmed.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const submitter = event.submitter;
    ask(holder.dataset.confirm, holder.dataset.confirmYes, holder.dataset.color === "danger", () => {
      confirmed.add(form);
      form.requestSubmit(submitter);
    });
  }, true);

  /* Choices that send themselves */
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.matches("[data-autosubmit]") && !event.target.closest("[data-no-autosubmit]")) form.requestSubmit();
  });

  /* Finding one of many choices by its name */
  const plain = (text) => text.toLowerCase().normalize("NFC").trim();
  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("[data-find-choice]")) return;
    event.stopPropagation();
    const wanted = plain(event.target.value);
    const group = event.target.closest("fieldset");
    for (const choice of group.querySelectorAll("li")) choice.hidden = !plain(choice.textContent).includes(wanted);
    for (const more of group.querySelectorAll("details")) more.open = Boolean(wanted) || Boolean(more.querySelector(":checked"));
    say(words().choices.replace("{n}", String(group.querySelectorAll("li:not([hidden])").length)));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches?.("[data-find-choice]")) event.preventDefault();
  });

  /* Characters left */
  const count = (input) => {
    const line = document.querySelector(`[data-counter-for="${input.id}"]`);
    if (!line) return;
    const left = Number(line.dataset.limit) - [...input.value].length;
    line.textContent = (left < 0 ? line.dataset.over : line.dataset.left).replace("{n}", String(Math.abs(left)));
    line.toggleAttribute("data-too-long", left < 0);
  };
  document.addEventListener("input", (event) => { if (event.target.id) count(event.target); });

  /* Clicks: copy, scheme, closing menus */
  const copy = async (button) => {
    const source = button.dataset.copy ? document.querySelector(button.dataset.copy) : null;
    const text = button.dataset.copyText ?? source?.value ?? source?.textContent ?? "";
    try { await navigator.clipboard.writeText(text.trim()); } catch { return; }
    const label = button.querySelector("span") ?? button;
    const before = label.textContent;
    if (before === words().copied) return;
    label.textContent = words().copied;
    say(words().copied);
    setTimeout(() => { label.textContent = before; }, 2000);
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-copy], [data-copy-text]");
    if (button) copy(button);
    if (event.target.closest?.("[data-scheme-toggle]")) nextScheme();
    const suggested = event.target.closest?.("u-option[data-href]");
    if (suggested) location.assign(suggested.dataset.href);
    for (const open of document.querySelectorAll("details.kb-account[open], details[data-close-outside][open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = event.target.closest?.("details.kb-account[open], details[data-close-outside][open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  });

  /* htmx: what the server refused or never heard is told, not swapped in */
  const alarm = (text) => {
    const place = document.getElementById("meldinger");
    if (!place) return say(text);
    place.replaceChildren(element("div", { class: "ds-alert", "data-color": "danger" }, element("p", { class: "ds-paragraph" }, text)));
    place.scrollIntoView({ block: "nearest" });
  };
  const quiet = (event) => Boolean((event.detail.ctx?.sourceElement ?? event.target).closest?.("[data-quiet]"));
  document.addEventListener("htmx:response:error", (event) => {
    if (quiet(event)) return;
    const status = event.detail.ctx.response.status;
    if (status === 401 || status === 403) alarm(words().denied);
    else if (status === 404 || status >= 500) alarm(words().failed);
  });
  document.addEventListener("htmx:before:swap", (event) => {
    const ctx = event.detail.ctx;
    if (ctx.response?.status >= 400 && ctx.swap === "none") event.preventDefault(); /* else its address is still pushed */
  });
  document.addEventListener("htmx:error", (event) => {
    if (event.detail.error?.name !== "AbortError" && !quiet(event)) alarm(words().offline);
  });

  /* Start, and again for what htmx brings in */
  const prepare = (part) => {
    for (const line of part.querySelectorAll("[data-counter-for]")) {
      const input = document.getElementById(line.dataset.counterFor);
      if (input) count(input);
    }
    part.querySelector(".ds-error-summary")?.focus();
  };
  showScheme();
  prepare(document);
  document.addEventListener("htmx:after:swap", (event) => prepare(event.target?.querySelectorAll ? event.target : document));
})();
