// One static shell: nothing is rendered on a server, every screen draws from the local database.
export const ssr = false;
export const prerender = false;
