// Sets the chosen theme before the first paint. A file of its own because the page's
// security policy allows no script inside the document.
try {
  var theme = localStorage.getItem('outlay.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // No storage: follow the system.
}
