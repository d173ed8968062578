// The colour theme. A classic script in <head>, so that the page never shows in the wrong colours first.
'use strict';

window.pawTheme = {
  get() {
    try {
      return localStorage.getItem('paw.theme') || 'auto';
    } catch {
      return 'auto';
    }
  },
  // "auto" follows the system, "light" and "dark" override it.
  set(theme) {
    try {
      localStorage.setItem('paw.theme', theme);
    } catch {
      // Storage is switched off: the choice lasts until the page is left.
    }
    this.apply(theme);
  },
  apply(theme) {
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
  },
};

window.pawTheme.apply(window.pawTheme.get());
