// Passkeys: the browser asks its owner, and what it made or signed goes along in the form's hidden fields. Without this
// script, or where the browser knows no passkeys, the button stays hidden and the sentence beside it says so.
(() => {
  const form = document.querySelector("form[data-passkey]");
  const numbered = /^[\d.]+$|:/.test(location.hostname);
  if (!form || !window.PublicKeyCredential || !navigator.credentials || numbered) return;
  const said = form.querySelector("[data-passkey-said]");
  const go = form.querySelector("[data-passkey-go]");
  said.textContent = "";
  go.hidden = false;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = () =>
    form.dataset.known.split(" ").filter(Boolean).map((id) => ({ type: "public-key", id: bytes(id) }));
  const challenge = () => new TextEncoder().encode(form.dataset.challenge);
  const put = (name, buffer) => (form.elements[name].value = text(buffer));

  const make = async () => {
    const user = form.dataset;
    const { response } = await navigator.credentials.create({
      publicKey: {
        challenge: challenge(),
        rp: { name: "党建e家" },
        user: { id: new TextEncoder().encode(user.user), name: user.login, displayName: user.login },
        pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: "public-key", alg })),
        excludeCredentials: known(),
        authenticatorSelection: { userVerification: "required" },
        attestation: "none",
        timeout: 300000,
      },
    });
    put("client", response.clientDataJSON);
    put("authenticator", response.getAuthenticatorData());
    put("key", response.getPublicKey());
  };

  const use = async () => {
    const { rawId, response } = await navigator.credentials.get({
      publicKey: { challenge: challenge(), allowCredentials: known(), userVerification: "required", timeout: 300000 },
    });
    put("credential", rawId);
    put("client", response.clientDataJSON);
    put("authenticator", response.authenticatorData);
    put("signature", response.signature);
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    go.disabled = true;
    said.textContent = "请在浏览器弹出的窗口中确认。";
    try {
      await (form.dataset.passkey === "make" ? make() : use());
      form.submit();
    } catch {
      said.textContent = "没有完成确认，请重试，或改用其他方式。";
      go.disabled = false;
    }
  });
})();
