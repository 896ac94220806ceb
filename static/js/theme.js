// Before the first paint: apply the light or dark the reader chose. Not a module, so that it does not wait.
{
  const chosen = /(?:^|; )data-theme=(light|dark)(?:;|$)/.exec(document.cookie);
  if (chosen) document.documentElement.dataset.theme = chosen[1];
}
