// What has to be right before the first paint: the chosen theme, the language's words, and that a first
// visit opens the first screen and fetches nothing else; a device that has a book begins to open it
// here, while the modules of the page still load. The keys are those of ui/frame/theme.ts, ui/frame/entry.ts and
// messages/index.ts.
// The build writes names of files here, and all of this into the page (early.ts).
var early = null;
function soon(file) {
  var link = document.createElement('link');
  link.rel = file.endsWith('css') ? 'stylesheet' : 'modulepreload';
  link.href = '/_app/immutable/' + file;
  document.head.append(link);
}
// The first screen as it stands in the page (welcome.ts), until the modules draw their own. It is in English: the words
// of another language are on their way, and nothing is seen before them.
function welcome() {
  if (opened !== null || location.pathname !== '/welcome') return;
  var screen = document.getElementById('early');
  if (language === 'en') screen.hidden = false;
  else
    import('/_app/immutable/' + early.words[language].first).then(function (own) {
      var texts = document.createTreeWalker(screen, NodeFilter.SHOW_TEXT);
      for (var text; (text = texts.nextNode()); ) {
        var key = early.said[text.data.trim()];
        if (key) text.data = text.data.replace(/\S.*\S/, own.words[key]);
      }
      document.documentElement.lang = language === 'zh' ? 'zh-Hans' : language;
      document.documentElement.dir = language === 'ar' ? 'rtl' : 'ltr';
      screen.querySelector('select').value = language;
      screen.hidden = false;
    }, function () {});
}
try {
  var theme = localStorage.getItem('outlay.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  var opened = localStorage.getItem('outlay.opened');
  if (!opened && !/^\/(welcome|sign-up|sign-in|start|server|signed-in|join|sign-in\/code|reset|confirm)$/.test(location.pathname)) {
    history.replaceState(history.state, '', '/welcome');
  }
  // English is in the modules themselves; a language that Outlay does not speak is passed over.
  var language = [localStorage.getItem('outlay.language') || ''].concat(navigator.languages).map(function (tag) {
    return tag.split('-')[0].toLowerCase();
  }).find(function (name) { return early && (name === 'en' || early.words[name]); }) || 'en';
  if (early && early.words[language]) {
    soon(early.words[language].first);
    if (opened) soon(early.words[language].book);
  }
  if (early && location.pathname === '/welcome') early.first.forEach(soon);
  if (opened && early && navigator.locks) {
    // Taken over by sync/tabs.ts, or ended by it when another tab has the files.
    var start = (window.outlayEarly = { worker: new Worker('/_app/immutable/' + early.worker, { type: 'module', name: 'outlay ' + (window.outlayShell && localStorage.getItem('outlay.server') || '') }), heard: [], failed: false });
    window.outlayShell?.serve(start.worker);
    start.worker.onmessage = function (event) { start.heard.push(event); };
    start.worker.onerror = function (event) { event.preventDefault(); start.failed = true; };
    early.frame.concat(early.screens[location.pathname] || []).forEach(soon);
  }
} catch {
  // No storage: follow the system, and let the app find the way.
}
