// Time left to pay, second by second. The page says the hour as well; this only saves the subtraction.

const pad = (number) => String(number).padStart(2, "0");
const shown = (seconds) => {
  const hours = Math.floor(seconds / 3600);
  const rest = `${pad(Math.floor((seconds % 3600) / 60))}:${pad(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
};

for (const clock of document.querySelectorAll("[data-countdown]")) {
  // The page was made with so many seconds left: the device's own clock may be wrong.
  const end = performance.now() + Number(clock.dataset.countdown) * 1000;
  const bar = clock.closest(".due")?.querySelector("progress");
  const tick = () => {
    const left = Math.max(0, Math.round((end - performance.now()) / 1000));
    clock.textContent = shown(left);
    if (bar) bar.value = left;
    if (left > 0) return;
    clearInterval(timer);
    // A page made when time was already up says so itself; loading it again would go on for ever.
    if (clock.dataset.over !== undefined && Number(clock.dataset.countdown) > 0) location.reload();
  };
  const timer = setInterval(tick, 1000);
  tick();
}
