// A sheet of many lines by keyboard: Enter and the arrows go down a column, a line is reckoned by the server as it is
// typed, and the total follows. Without this script the sheet works as a plain form.
(() => {
  const form = document.querySelector("form.sheet-form");
  if (!form) return;
  const cell = (row, name) => row.querySelector(`[data-cell="${name}"]`);
  const rows = () => [...form.querySelectorAll("tr[data-line]")];
  let leaving = false;

  const moved = (from, step) => {
    const all = rows();
    const next = all[all.indexOf(from.closest("tr")) + step];
    const target = next && cell(next, from.dataset.cell);
    if (!target) return false;
    target.focus();
    if (target.select) target.select();
    return true;
  };

  form.addEventListener("keydown", (event) => {
    const from = event.target;
    if (!from.dataset || !from.dataset.cell || event.isComposing) return;
    const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    const choosing = from.tagName === "SELECT" && event.key !== "Enter";
    if (!step || choosing || from.list && event.key !== "Enter") return;
    event.preventDefault();
    moved(from, event.key === "Enter" && event.shiftKey ? -1 : step);
  });

  // Money is counted in whole fen.
  const fen = (text) => {
    const match = /^(\d+)(?:\.(\d{1,2}))?$/.exec(text.replace(/[,，\s]/g, ""));
    return match ? Number(match[1]) * 100 + Number((match[2] || "").padEnd(2, "0")) : 0;
  };
  const total = () => {
    const sum = rows().reduce((sum, row) => sum + fen(cell(row, "amount").value), 0);
    form.querySelector("#total").textContent = `${Math.floor(sum / 100)}.${String(sum % 100).padStart(2, "0")}`;
  };

  const mark = (row, name, sentence) => {
    row.querySelectorAll(".wrong").forEach((wrong) => wrong.remove());
    row.querySelectorAll("[aria-invalid]").forEach((input) => input.removeAttribute("aria-invalid"));
    const input = sentence && cell(row, name);
    if (!input) return;
    const wrong = document.createElement("p");
    wrong.className = "wrong";
    wrong.id = `${input.id}-wrong`;
    wrong.textContent = sentence;
    input.after(wrong);
    input.setAttribute("aria-invalid", "true");
  };

  const turns = new WeakMap();
  const reckon = async (row) => {
    const turn = (turns.get(row) || 0) + 1;
    turns.set(row, turn);
    const asked = new URLSearchParams({ month: form.dataset.month });
    for (const name of ["basis", "base", "amount", "computed", "typed_reason", "exemption"]) {
      asked.set(name, cell(row, name).value);
    }
    const answer = await fetch(`${form.dataset.compute}?${asked}`, { headers: { "HX-Request": "true" } });
    if (!answer.ok || turns.get(row) !== turn) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.querySelector("#computed");
    if (!found || turns.get(row) !== turn) return;
    const { basis, amount, computed, wrong, cell: where } = found.dataset;
    const typed = cell(row, "amount");
    if (document.activeElement !== typed) {
      if (amount || cell(row, "base").value.trim() === "") typed.value = amount;
      cell(row, "basis").value = basis;
    }
    cell(row, "computed").value = computed;
    row.querySelector(".why").textContent = found.textContent;
    mark(row, where, cell(row, "base").value || typed.value ? wrong : "");
    total();
  };

  const waiting = new WeakMap();
  form.addEventListener("input", (event) => {
    const row = event.target.closest("tr[data-line]");
    form.dataset.unsaved = "";
    form.querySelector(".unsaved").hidden = false;
    if (!row) return;
    // A base where only an amount had been typed: it is to be reckoned from.
    if (event.target.dataset.cell === "base" && event.target.value && cell(row, "basis").value === "typed") {
      cell(row, "basis").value = "wage";
      cell(row, "amount").value = "";
    }
    total();
    clearTimeout(waiting.get(row));
    waiting.set(row, setTimeout(() => reckon(row).catch(() => {}), 250));
  });

  form.addEventListener("submit", () => { leaving = true; });
  addEventListener("beforeunload", (event) => {
    if (!leaving && "unsaved" in form.dataset) event.preventDefault();
  });
})();
