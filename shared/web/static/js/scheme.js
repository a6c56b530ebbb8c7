/* Runs before the first paint: puts the remembered colour scheme on <html>. Without it, the device decides. */
(() => {
  try {
    const scheme = localStorage.getItem("kb-scheme");
    if (scheme === "light" || scheme === "dark") document.documentElement.dataset.colorScheme = scheme;
  } catch { /* storage is shut off: the device decides */ }
})();
