// What has to be right before the first paint: the chosen theme, and that a first visit opens the
// first screen and fetches nothing else. A file of its own because the page's security policy
// allows no script inside the document. The keys are those of ui/frame/theme.ts and ui/frame/entry.ts.
try {
  var theme = localStorage.getItem('outlay.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  if (!localStorage.getItem('outlay.opened') && !/^\/(welcome|sign-up|sign-in|start)$/.test(location.pathname)) {
    history.replaceState(history.state, '', '/welcome');
  }
} catch {
  // No storage: follow the system, and let the app find the way.
}
