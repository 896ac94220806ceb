// Buttons that copy a text: a field's value or what an element says. Hidden where the browser cannot.

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    const words = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      // Looked up at the press: htmx may have put another in its place.
      const source = document.getElementById(button.dataset.copy);
      await navigator.clipboard.writeText((source.value ?? source.innerText).trim());
      button.textContent = button.dataset.copied;
      setTimeout(() => (button.textContent = words), 4000);
    });
  }
}
