// The theme before the first paint: ?theme=dark or light, else what was chosen here before, else the system's.
(() => {
  let chosen = new URLSearchParams(location.search).get('theme');
  if (chosen !== 'dark' && chosen !== 'light') {
    try {
      chosen = localStorage.getItem('strop-theme');
    } catch {
      chosen = null; // storage is blocked: the system decides
    }
  }
  const system = matchMedia('(prefers-color-scheme: dark)');
  const show = () => {
    document.documentElement.dataset.theme = chosen ?? (system.matches ? 'dark' : 'light');
  };
  show();
  if (!chosen) system.addEventListener('change', () => document.documentElement.dataset.themeFixed || show());
})();
