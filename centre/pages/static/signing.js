// Signing keys of a party, made and kept in its browser: only public halves and signatures leave it.
const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const ROUNDS = 600000;
const FORMAT = "liutong-signing-key-1";
const bytes = (text) => new TextEncoder().encode(text);
const base64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
const unbase64 = (text) => Uint8Array.from(atob(text), (each) => each.charCodeAt(0));

// The public half as it is registered: z, then base58btc of 0xed01 and the key (Multikey).
function multibase(raw) {
  const whole = [0xed, 0x01, ...new Uint8Array(raw)];
  let number = whole.reduce((sum, each) => sum * 256n + BigInt(each), 0n);
  let text = "";
  for (; number > 0n; number /= 58n) text = ALPHABET[Number(number % 58n)] + text;
  return "z" + text;
}

function raw(name) {
  let number = [...name.slice(1)].reduce((sum, each) => sum * 58n + BigInt(ALPHABET.indexOf(each)), 0n);
  const whole = [];
  for (; number > 0n; number >>= 8n) whole.unshift(Number(number & 255n));
  return Uint8Array.from(whole.slice(2));
}

// One store of this browser: private keys that cannot be exported, by their public halves.
function store(mode, act) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("liutong-signing", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("keys");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const asked = act(opening.result.transaction("keys", mode).objectStore("keys"));
      asked.onsuccess = () => (opening.result.close(), resolve(asked.result));
      asked.onerror = () => reject(asked.error);
    };
  });
}
const held = () => store("readonly", (keys) => keys.getAllKeys());
const keyOf = (name) => store("readonly", (keys) => keys.get(name));
const keep = (name, key) => store("readwrite", (keys) => keys.put(key, name));
const signed = async (key, text) => base64(await crypto.subtle.sign("Ed25519", key, bytes(text)));

async function wrapping(passphrase, salt) {
  const secret = await crypto.subtle.importKey("raw", bytes(passphrase.normalize("NFC")), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", iterations: ROUNDS, salt };
  return crypto.subtle.deriveKey(how, secret, { name: "AES-GCM", length: 256 }, false, ["wrapKey", "unwrapKey"]);
}

// What is kept is what was read back from the backup, so that a backup that cannot be read is no key.
async function make(passphrase) {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  const name = multibase(await crypto.subtle.exportKey("raw", pair.publicKey));
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const key = await crypto.subtle.wrapKey("pkcs8", pair.privateKey, await wrapping(passphrase, salt), { name: "AES-GCM", iv });
  const kdf = { name: "PBKDF2", hash: "SHA-256", iterations: ROUNDS, salt: base64(salt) };
  const backup = JSON.stringify({ format: FORMAT, public_key: name, kdf, iv: base64(iv), key: base64(key) }, null, 1);
  await bring(backup, passphrase);
  return { name, backup };
}

// The private key of a backup; its public half is tried by a signature before it is kept.
async function bring(text, passphrase, allowed) {
  const backup = JSON.parse(text);
  if (backup.format !== FORMAT || backup.kdf.iterations !== ROUNDS) throw new Error("format");
  if (allowed && !allowed.includes(backup.public_key)) throw new Error("not registered");
  const secret = await wrapping(passphrase, unbase64(backup.kdf.salt));
  const how = { name: "AES-GCM", iv: unbase64(backup.iv) };
  const key = await crypto.subtle.unwrapKey("pkcs8", unbase64(backup.key), secret, how, "Ed25519", false, ["sign"]);
  const other = await crypto.subtle.importKey("raw", raw(backup.public_key), "Ed25519", false, ["verify"]);
  const proof = await crypto.subtle.sign("Ed25519", key, bytes(FORMAT));
  if (!(await crypto.subtle.verify("Ed25519", other, proof, bytes(FORMAT)))) throw new Error("another key");
  await keep(backup.public_key, key);
  return backup.public_key;
}

function save(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = `liutong-key-${name.slice(-8)}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

async function able() {
  try {
    await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
    await held();
    return true;
  } catch {
    return false;
  }
}

function newKey(part) {
  const form = document.querySelector("form[data-register]");
  const said = part.querySelector("[data-said]");
  const button = part.querySelector("[data-make]");
  part.hidden = false;
  part.addEventListener("submit", async (event) => {
    event.preventDefault();
    const field = document.getElementById("passphrase");
    if (field.value.length < 12) {
      said.textContent = said.dataset.short;
      field.focus();
      return;
    }
    button.disabled = true;
    try {
      const { name, backup } = await make(field.value);
      form.elements.public_key.value = name;
      form.elements.proof.value = await signed(await keyOf(name), `liutong signing key: ${name}`);
      save(name, backup);
      navigator.storage?.persist?.();
      field.value = "";
      said.textContent = said.dataset.made;
      form.querySelector("button[type=submit]").focus();
    } catch {
      said.textContent = said.dataset.failed;
      button.disabled = false;
    }
  });
}

async function digestOf(text) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes(text)));
  return "sha256:" + [...digest].map((each) => each.toString(16).padStart(2, "0")).join("");
}

// The digest is computed here from the content that is shown; a text that does not end with it is not signed.
async function sign(part) {
  const form = document.querySelector("form[data-signature]");
  const text = document.querySelector("[data-text]").textContent.trim();
  const checked = document.querySelector("[data-checked]");
  const own = await digestOf(document.querySelector("[data-exact]").textContent);
  const same = text.endsWith(" " + own);
  checked.textContent = same ? checked.dataset.good : checked.dataset.bad;
  if (!same || !part) return;
  const names = form.dataset.public.split(" ");
  const ids = form.dataset.keys.split(" ");
  const said = part.querySelector("[data-said]");
  part.hidden = false;
  const offer = async () => {
    const here = await held();
    const name = names.findLast((each) => here.includes(each));
    part.querySelector("[data-with]").hidden = !name;
    part.querySelector("[data-without]").hidden = Boolean(name);
    return name;
  };
  await offer();
  part.querySelector("[data-sign]").addEventListener("click", async () => {
    const name = await offer();
    for (const each of form.querySelectorAll("[name=signing_key_id]")) each.checked = each.value === ids[names.indexOf(name)];
    form.elements.signature.value = await signed(await keyOf(name), text);
    said.textContent = said.dataset.made;
    form.querySelector("button[type=submit]").focus();
  });
  part.querySelector("[data-without]").addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const [file] = document.getElementById("backup").files;
      await bring(await file.text(), document.getElementById("passphrase").value, names);
      document.getElementById("passphrase").value = "";
      said.textContent = "";
      await offer();
      part.querySelector("[data-sign]").focus();
    } catch {
      said.textContent = said.dataset.failed;
    }
  });
}

if (await able()) {
  for (const each of document.querySelectorAll("[data-elsewhere]")) each.open = false;
  const here = await held();
  for (const each of document.querySelectorAll("[data-held]")) each.hidden = !here.includes(each.dataset.held);
  const fresh = document.querySelector("[data-new-key]");
  if (fresh) newKey(fresh);
  if (document.querySelector("[data-exact]")) await sign(document.querySelector("[data-browser-key]"));
}
