/** Turns the theme over and remembers it, where the browser allows. */
export function turnTheme(): void {
  const root = document.documentElement;
  const next = root.dataset.theme === 'dark' ? 'light' : 'dark';
  root.dataset.theme = next;
  root.dataset.themeFixed = 'true';
  try {
    localStorage.setItem('strop-theme', next);
  } catch {
    // a private window may refuse: the choice then lasts as long as the page
  }
}
