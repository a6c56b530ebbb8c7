/* Passkeys: the one thing a page cannot ask a browser for without a script.
 *
 *   <form data-passkey="get|create" data-options="/address">   asks the address for options (POST), has the browser show or make a
 *       passkey, puts its answer as JSON into the field `credential`, and sends the form. What went wrong is told in the form's
 *       [data-passkey-trouble], whose paragraphs are [data-when="unable|stopped|known|often|offline"].
 */
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const described = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

  const options = (given) => ({
    ...given,
    challenge: bytes(given.challenge),
    ...(given.user && { user: { ...given.user, id: bytes(given.user.id) } }),
    ...(given.allowCredentials && { allowCredentials: described(given.allowCredentials) }),
    ...(given.excludeCredentials && { excludeCredentials: described(given.excludeCredentials) }),
  });

  const answer = (credential) => {
    const { response } = credential;
    const sent = { clientDataJSON: text(response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (response[name]) sent[name] = text(response[name]);
    }
    if (response.getTransports) sent.transports = response.getTransports();
    return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response: sent, clientExtensionResults: {} });
  };

  const tell = (form, when) => {
    const trouble = form.querySelector("[data-passkey-trouble]");
    if (!trouble) return;
    for (const line of trouble.children) line.hidden = line.dataset.when !== when;
    trouble.hidden = false;
    trouble.focus();
  };

  const asked = async (form) => {
    const headers = { "X-CSRF-Token": form.elements.csrf_token?.value ?? "" };
    const got = await fetch(form.dataset.options, { method: "POST", headers });
    if (!got.ok) throw new TypeError(got.status === 429 ? "often" : "offline");
    return options(await got.json());
  };

  const run = async (form) => {
    if (!window.PublicKeyCredential) return tell(form, "unable");
    let publicKey;
    try { publicKey = await asked(form); } catch (error) { return tell(form, error.message === "often" ? "often" : "offline"); }
    try {
      const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
      form.elements.credential.value = answer(credential);
    } catch (error) {
      return tell(form, { InvalidStateError: "known", SecurityError: "unable", NotSupportedError: "unable" }[error.name] ?? "stopped");
    }
    form.submit();
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-passkey]")) return;
    event.preventDefault();
    run(form);
  });
})();
