// Copies an address or a citation; without script the link is an ordinary link.
import { announce } from "./workbench.mjs";

export function connectCopy(root) {
  for (const each of root.querySelectorAll("[data-origin]")) each.textContent = location.origin;
  if (root !== document) return;
  document.addEventListener("click", async (event) => {
    const element = event.target.closest?.("[data-copy]");
    if (!element || !navigator.clipboard) return;
    event.preventDefault();
    try {
      await navigator.clipboard.writeText(element.href);
    } catch {
      location.assign(element.href);
      return;
    }
    announce(element.dataset.copy);
    const before = element.textContent;
    element.textContent = element.dataset.copy;
    setTimeout(() => { element.textContent = before; }, 2000);
  });
}
