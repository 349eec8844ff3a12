// Hands the challenge of a page to the device, and the device's answer to the form; the server judges it.
const form = document.querySelector("form[data-passkey]");
const failed = document.querySelector("[data-passkey-failed]");
const optional = form?.hasAttribute("data-passkey-optional");

async function answer() {
  const options = JSON.parse(form.dataset.options);
  const made =
    form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  form.elements.passkey.value = JSON.stringify(made.toJSON());
}

async function ask() {
  failed.hidden = true;
  try {
    await answer();
    form.submit();
  } catch {
    failed.hidden = false;
    for (const button of form.querySelectorAll("[data-once]")) button.disabled = false;
  }
}

if (form && globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  if (optional) {
    const button = form.querySelector("[data-passkey-ask]");
    button.hidden = false;
    button.addEventListener("click", ask);
  } else {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask();
    });
  }
} else if (form && !optional) {
  failed.hidden = false;
}
