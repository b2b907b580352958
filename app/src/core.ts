/**
 * The app without a screen: who uses it, which book is open, and one door for every
 * call of a page. The same file runs in the browser's worker and under Node; what
 * differs (files, network, clock, randomness) is handed in.
 */
import type { Answer, BookHandle, CommandName, LockCalls, LockOutcome, LockProof, Person, Problem, QueryName, SignIn, SignOutResult, SignUp, Status, UseWithoutAccount } from './api.ts';
import { fileOf, NOBODY, withFile, withoutFiles, type Profile, type ProfileStore } from './identity/profile.ts';
import { LOCKED, json, problemOf, ServerProblem, Session, type SignedIn } from './identity/session.ts';
import { uuid7 } from './kernel/ids.ts';
import { Refusal } from './kernel/refusal.ts';
import { booksOf, roleIn, SHUT, told } from './status.ts';
import type { ReceiptFile } from './store/files.ts';
import type { Lock } from './store/lock.ts';
import type { Port } from './store/port.ts';
import { storageProblem } from './store/problems.ts';
import { migrate } from './store/schema.ts';
import { initBook, OpenBook, type Minted } from './sync/book.ts';
import type { CoreEvent, Surroundings } from './surroundings.ts';
import { httpTransport } from './sync/transport.ts';

/** How long signing out tries to send what is left. */
const SIGN_OUT_WAIT_MS = 5000;

export class Core {
  readonly #parts: Surroundings;
  readonly #emit: (event: CoreEvent) => void;
  readonly session: Session;
  #profile: Profile = NOBODY;
  #book: OpenBook | null = null;
  #storage: Status['storage'] = { ready: false };
  #cleared = false;
  #day: string | null = null;
  /** The tabs that somebody may see. */
  readonly #visible = new Set<string>();
  #hidden_ms: number | null = null;
  #locking: unknown;

  constructor(parts: Surroundings, emit: (event: CoreEvent) => void) {
    this.#parts = parts;
    this.#emit = emit;
    const store: ProfileStore = { load: async () => this.#profile, save: (profile) => this.#save(profile) };
    const { server, vault, now_ms } = parts;
    // a detached fetch throws in browsers
    const fetch: typeof globalThis.fetch = (input, init) => parts.fetch(input, init);
    this.session = new Session({ server, vault, fetch, profile: store, now_ms, newId: () => this.#newId() });
  }

  /** Opens what was open the last time. Never waits for the network. */
  async start(): Promise<void> {
    try {
      this.#profile = (await this.#parts.profile.load()) ?? NOBODY;
      this.#storage = { ...this.#storage, ready: true };
      await this.#parts.lock?.load();
      const { vault } = this.#parts;
      const { person, sign_out_due, refresh_token, refresh_attempt } = this.#profile;
      if (vault && refresh_token) void this.#moveToken(refresh_token, refresh_attempt);
      // Keychain outlives an app that is removed: a session that nobody has here any more is ended
      if (sign_out_due || (vault && person === null)) void this.#tellSignOut();
      if (this.#profile.book_id !== null && !this.locked) await this.#open(this.#profile.book_id, undefined, null, this.#parts.calm_ms);
    } catch (error) {
      this.#storage = { ...this.#storage, ready: false };
      if (!this.#storage.error) this.storageFailed(error);
    }
    this.#tell();
  }

  /**
   * The browser has cleared everything under the running app. The open book lives on
   * in memory: what it had not sent is sent from there while the window is open. The
   * next start is that of a new device. (New files now would be cleared with the old
   * ones: Chromium ends the clearing when the last old file is closed.)
   */
  async storageCleared(): Promise<void> {
    this.#cleared = true;
    this.#tell();
    void this.#book?.poke();
    await this.#save({ ...this.#profile, files: [] });
    await this.#parts.lock?.load();
  }

  get book(): OpenBook {
    if (!this.#book) throw new Refusal('no_book');
    return this.#book;
  }

  query(name: QueryName, params: unknown, today: string): { data: unknown; reads: readonly string[] } {
    return this.book.query(name, params, today);
  }

  command(name: CommandName, args: unknown, minted: Minted): unknown {
    if (this.#looksOnly() && name !== 'saveDraft' && name !== 'dropDraft') throw new Refusal('forbidden');
    const answer = this.book.command(name, args, minted);
    // there is room again
    if (this.#storage.error?.code === 'storage_full') {
      this.#storageWorks();
      this.#tell();
    }
    return answer;
  }

  async addFile(file: Blob, name: string): Promise<ReceiptFile> {
    if (this.#looksOnly()) throw new Refusal('forbidden');
    return this.book.files.add(file, name);
  }

  /** Posts what schedules have due: at the start, when a day turns, when a schedule changed. */
  postDue(): void {
    if (!this.#parts.today || !this.#book || this.#looksOnly()) return;
    this.#day = this.#parts.today();
    this.#book.postDue(this.#day, this.#parts.now_ms(), () => this.#newId());
  }

  /** Asked now and then: a new day has new things due. */
  dayTurned(): void {
    if (this.#parts.today && this.#parts.today() !== this.#day) this.postDue();
  }

  #looksOnly(): boolean {
    return !this.locked && this.#book !== null && roleIn(this.#profile, this.#book) === 'viewer';
  }

  /* ---- the app lock ------------------------------------------------------------ */

  get locked(): boolean {
    return this.#parts.lock?.locked ?? false;
  }

  get #lock(): Lock {
    if (!this.#parts.lock) throw new Error('no app lock here');
    return this.#parts.lock;
  }

  async unlock(proof: LockProof): Promise<LockOutcome> {
    const outcome = await this.#lock.unlock(proof);
    if (outcome === 'open' && !this.#book && this.#profile.book_id !== null) await this.#open(this.#profile.book_id);
    return this.#tried(outcome);
  }

  /** Everything but opening and closing; asked for by a screen of an open book. */
  async changeLock(name: string, args: unknown): Promise<unknown> {
    const lock = this.#lock;
    const changes: Partial<{ [C in keyof LockCalls]: (args: LockCalls[C]['args']) => Promise<LockCalls[C]['answer']> }> = {
      switchOn: ({ pin, after_s, wipe }) => lock.switchOn(pin, { after_s, wipe }),
      switchOff: ({ proof }) => lock.switchOff(proof),
      changePin: ({ proof, pin }) => lock.changePin(proof, pin),
      addPasskey: ({ proof, id, salt, prf }) => lock.addPasskey(proof, { id, salt }, prf),
      removePasskey: () => lock.removePasskey(),
      set: ({ after_s, wipe }) => lock.set({ after_s, wipe })
    };
    const change = changes[name as keyof LockCalls] as ((args: unknown) => Promise<LockOutcome | void>) | undefined;
    if (!change) throw new Error(`no call ${name}`);
    if (this.locked) throw LOCKED();
    return this.#tried(await change(args));
  }

  /** Closes the book and forgets every key; sync rests until somebody opens it again. */
  lockNow(): void {
    if (!this.#parts.lock?.on || this.locked) return;
    this.#closeBook();
    this.session.forget();
    this.#lock.close();
    this.#tell();
  }

  /** It locks when nobody can have seen any tab for as long as was chosen; one that slept meanwhile says so late. */
  seen(tab: string, visible: boolean): void {
    const { timers, now_ms } = this.#parts;
    if (visible) this.#visible.add(tab);
    else this.#visible.delete(tab);
    const after_s = this.#parts.lock?.view?.after_s ?? null;
    timers.clear(this.#locking);
    if (this.#visible.size === 0) {
      this.#hidden_ms ??= now_ms();
      if (after_s === 0) this.lockNow();
      else if (after_s !== null) this.#locking = timers.set(() => this.lockNow(), after_s * 1000);
      return;
    }
    const away_ms = this.#hidden_ms === null ? 0 : now_ms() - this.#hidden_ms;
    this.#hidden_ms = null;
    // a clock that went back proves nothing
    if (after_s !== null && (away_ms < 0 || away_ms >= Math.max(1, after_s * 1000))) this.lockNow();
  }

  /**
   * Every file of this device and its key, whoever they belong to; what the server has stays there. The lock goes last:
   * who ends the app in the middle is still locked out, and the next wrong try removes the rest.
   */
  async wipe(): Promise<void> {
    this.#closeBook();
    this.session.forget();
    const { person, files } = this.#profile;
    for (const { file } of files) await this.#parts.files.remove(file);
    await this.#save({ ...NOBODY, sign_out_due: person !== null });
    await this.#lock.drop();
    if (person !== null) void this.#tellSignOut();
    this.#tell();
  }

  async #tried<T>(outcome: T): Promise<T> {
    if (outcome === 'wiped') await this.wipe();
    this.#tell();
    return outcome;
  }

  /** How much only this device has is known also while its file is shut. */
  #noteUnsent(): void {
    const { lock } = this.#parts;
    const view = this.#book?.syncView();
    if (!lock || !this.#book || !view) return;
    const { person_id, book_id } = this.#book.meta;
    // what is on no server at all is said in other words
    lock.note(fileOf(this.#profile, person_id, book_id), person_id === null ? 0 : view.unsent + view.set_aside + view.files);
  }

  /* ---- who -------------------------------------------------------------------- */

  async signUp(input: SignUp): Promise<void> {
    await this.#enter(await this.session.signUp(this.#named(input)));
  }

  async signIn(input: SignIn): Promise<void> {
    await this.#enter(await ('ticket' in input ? this.session.secondStep(input) : this.session.signIn(this.#named(input))));
  }

  /** By a provider or a passkey. Somebody new takes a local book along. */
  async signInAt(path: string, input: Record<string, unknown>): Promise<void> {
    const { device_name } = this.#parts;
    await this.#enter(await this.session.signInAt(path, { ...input, ...(device_name === undefined ? {} : { device_name }) }));
  }

  /** A book that lives here only, until an account is attached. */
  async useWithoutAccount(input: UseWithoutAccount, minted: Minted): Promise<void> {
    if (this.#profile.person) throw new Refusal('already_signed_in');
    const local = this.#profile.files.find(({ person_id }) => person_id === null);
    const book_id = local?.book_id ?? minted.ids(800_000);
    await this.#open(book_id, () => {
      const { base_currency, language = 'en', country, sample = false } = input;
      this.book.fill('book.seed', this.#parts.rooms.seed(book_id, base_currency, { language, country }), minted);
      if (sample) this.book.fillSample(language, minted);
    });
    await this.#save({ ...this.#profile, book_id });
    this.#tell();
  }

  /** Gives the open local book an account; everything in it is uploaded. */
  async attachAccount(input: SignUp): Promise<void> {
    const { book_id, person_id } = this.book.meta;
    if (person_id !== null) throw new Refusal('already_signed_in');
    await this.#enter(await this.session.signUp({ ...this.#named(input), book_id }));
  }

  /** Without `force`, changes that only this device has stop it. Removes the person's books from this device. */
  async signOut({ force = false }: { force?: boolean } = {}): Promise<SignOutResult> {
    const enough = new AbortController();
    await Promise.race([this.#book?.poke().then(() => this.#book?.files.poke()), this.#parts.wait(SIGN_OUT_WAIT_MS, enough.signal)]).finally(() => enough.abort());
    const view = this.#book?.syncView();
    const unsent = view ? view.unsent + view.set_aside + view.files : 0;
    const { person } = this.#profile;
    if (unsent > 0 && !force) return { signed_out: false, unsent };
    this.#closeBook();
    const mine = (entry: { person_id: string | null }) => entry.person_id === (person?.id ?? null);
    const told = person === null || (await this.session.signOut());
    for (const { file } of this.#profile.files.filter(mine)) await this.#removeFile(file);
    await this.#save({ ...withoutFiles(this.#profile, mine), ...SIGNED_OUT, sign_out_due: !told });
    if (this.#profile.files.length === 0) await this.#parts.lock?.drop();
    this.#tell();
    return { signed_out: true, unsent };
  }

  /** One of the person's books; one that was begun here without an account becomes theirs, and everything in it is uploaded. */
  async openBook(book_id: string): Promise<void> {
    const { person } = this.#profile;
    const local = person && this.#profile.files.find((entry) => entry.person_id === null && entry.book_id === book_id);
    const epoch = local ? await this.#takeAlong(book_id) : null;
    if (!this.#profile.books.some(({ id }) => id === book_id)) throw new Refusal('book_not_found');
    const profile = { ...this.#profile, book_id, books: booksOf(this.#profile, this.#book) };
    await this.#save(local ? withFile(profile, { ...local, person_id: person.id }) : profile);
    await this.#open(book_id, undefined, epoch);
    this.#tell();
  }

  /** The server knows the book as the person's, empty until it is pushed; its epoch. An answer that was lost is asked for again. */
  async #takeAlong(book_id: string): Promise<string> {
    const response = await this.session.request('/books', json('POST', { id: book_id }));
    const books = await this.#rereadBooks();
    const made = books.find(({ id }) => id === book_id);
    if (made) return made.epoch;
    throw response.ok ? new Refusal('book_not_found') : await problemOf(response);
  }

  /** Changes that another device could not send. */
  takeUnsent(file: unknown): { added: number; known: number } {
    if (this.#looksOnly()) throw new Refusal('forbidden');
    return this.book.takeUnsent(file);
  }

  /** What is missing in the open book comes back from a file. */
  restore(file: unknown, look: boolean, minted: Minted): unknown {
    if (this.#looksOnly()) throw new Refusal('forbidden');
    return this.book.restore(file, look, minted);
  }

  /** Who invites to which book; for anybody with the link. */
  async lookAtInvitation(token: string): Promise<unknown> {
    return this.session.open('/invitations/look', { token });
  }

  /** Joins the book of an invitation and opens it. */
  async join(token: string): Promise<void> {
    const response = await this.session.request('/invitations/take', json('POST', { token }));
    if (!response.ok) throw await problemOf(response);
    const { id } = (await response.json()) as { id: string };
    await this.#rereadBooks();
    await this.openBook(id);
  }

  /** Takes the open book off this device with all it holds; another of the person's books opens, if there is one. */
  async removeBook(): Promise<void> {
    const { book_id, person_id, stopped } = this.book.meta;
    const { file } = this.#profile.files.find((entry) => entry.person_id === person_id && entry.book_id === book_id)!;
    this.#closeBook();
    await this.#removeFile(file);
    const profile = withoutFiles(this.#profile, (entry) => entry.file === file);
    // a book that is only fetched anew may be opened at once; one that is gone or closed is not
    const books = stopped === null ? profile.books : profile.books.filter(({ id }) => id !== book_id);
    await this.#save({ ...profile, books });
    if (person_id !== null && stopped !== null) await this.#rereadBooks().catch(() => undefined);
    const [next] = this.#profile.books;
    // who has to sign in first (or cannot, because the account is gone) begins at the first screen
    if (person_id !== null && next && !this.#profile.needs_auth) return this.openBook(next.id);
    await this.#save({ ...this.#profile, ...SIGNED_OUT, sign_out_due: person_id !== null });
    if (person_id !== null) void this.#tellSignOut();
    this.#tell();
  }

  /** A screen has asked the server about the person or their books: what is remembered of them follows. */
  async heard(path: string, method: string, answer: Answer): Promise<void> {
    if (!answer.ok) return;
    if (method === 'GET') this.#book?.heard(path, answer.body);
    const { person } = this.#profile;
    const told = answer.body as Person | null;
    if (path === '/users/me' && person && told && told.id === person.id) await this.#save({ ...this.#profile, person: told });
    else if (path.startsWith('/books') && method !== 'GET') await this.#rereadBooks();
    else return;
    this.#tell();
  }

  async #rereadBooks(): Promise<SignedIn['books']> {
    const response = await this.session.request('/books');
    if (!response.ok) return [];
    const { items } = (await response.json()) as { items: SignedIn['books'] };
    await this.#save({ ...this.#profile, books: items.map(({ id, name, role }) => ({ id, name, role })) });
    return items;
  }

  #named(input: SignUp | SignIn): Record<string, unknown> {
    const { device_name } = this.#parts;
    return device_name === undefined ? { ...input } : { ...input, device_name };
  }

  /** After a sign-up or sign-in: remembers the person and opens their book, a local one of theirs first. */
  async #enter(signedIn: SignedIn): Promise<void> {
    const { person, books } = signedIn;
    const handles = books.map(({ id, name, role }): BookHandle => ({ id, name, role }));
    const wanted = [this.#profile.book_id, books[0]?.id].find((id) => books.some((book) => book.id === id));
    const book = books.find(({ id }) => id === wanted);
    if (!book) throw new Refusal('book_not_found');
    this.#closeBook();
    const local = this.#profile.files.find((entry) => entry.person_id === null && entry.book_id === book.id);
    let profile: Profile = { ...this.#profile, ...SIGNED_OUT, person, books: handles, book_id: book.id };
    if (local) profile = withFile(profile, { ...local, person_id: person.id });
    await this.#save(profile);
    await this.#open(book.id, undefined, book.epoch);
    this.#tell();
  }

  async #tellSignOut(): Promise<void> {
    if ((await this.session.signOut()) && this.#profile.sign_out_due) await this.#save({ ...this.#profile, sign_out_due: false });
  }

  /** What an older version left in the profile goes where it belongs, and only then out of here. */
  async #moveToken(token: string, attempt: string | null): Promise<void> {
    if (!(await this.session.adopt({ token, attempt }))) return;
    const { refresh_token: _, ...profile } = this.#profile;
    await this.#save({ ...profile, refresh_attempt: null });
  }

  /* ---- the open book ----------------------------------------------------------- */

  async #open(book_id: string, fill?: () => void, epoch: string | null = null, calm_ms = 0): Promise<OpenBook> {
    this.#closeBook();
    const person_id = this.#profile.person?.id ?? null;
    const file = fileOf(this.#profile, person_id, book_id);
    const port = await this.#openFile(file);
    initBook(port, { book_id, person_id, device_id: this.#newId(), epoch });
    if (!this.#profile.files.some((known) => known.file === file)) await this.#save(withFile(this.#profile, { file, person_id, book_id }));
    const { rooms, timers, wait, now_ms, pull_limit, snapshot_limit } = this.#parts;
    const book = new OpenBook({
      port, rooms, timers, wait, ...(this.#parts.device_name === undefined ? {} : { device_name: this.#parts.device_name }),
      pictures: this.#parts.pictures, today: this.#parts.today,
      request: (path, init) => this.session.request(path, init, person_id ?? ''),
      // a book of nobody's is not synced at all
      transport: httpTransport(this.session, person_id ?? ''),
      world: { now_ms, newDeviceId: () => this.#newId() },
      events: (id, signal) => this.#events(id, person_id ?? '', signal),
      changed: (tables) => this.#changed(tables),
      ...(pull_limit === undefined ? {} : { pull_limit }), ...(snapshot_limit === undefined ? {} : { snapshot_limit })
    });
    this.#book = book;
    if (person_id !== null && book.meta.person_id === null) book.attach(person_id, epoch ?? '');
    if (fill && port.value('SELECT 1 FROM settings') === null) fill();
    if (this.#parts.sync !== false) book.startSync(calm_ms);
    if (calm_ms === 0) this.postDue();
    else timers.set(() => void (this.#book === book && this.postDue()), calm_ms);
    // at a start nobody has an answer yet: who has asked already would be answered only the second time
    if (calm_ms === 0) this.#changed(new Set(['*']));
    return book;
  }

  /** An error of the device's storage is said in words, here and in the status. */
  async #openFile(file: string): Promise<Port> {
    try {
      const port = await this.#parts.files.open(file);
      migrate(port);
      this.#storageWorks();
      return port;
    } catch (error) {
      const { code, message } = this.storageFailed(error);
      throw new ServerProblem(code, message);
    }
  }

  async #removeFile(file: string): Promise<void> {
    await this.#parts.files.remove(file);
    this.#parts.lock?.note(file, 0);
  }

  #closeBook(): void {
    this.#noteUnsent();
    this.#book?.close();
    this.#book = null;
  }

  async #events(book_id: string, person_id: string, signal: AbortSignal): Promise<Response | null> {
    try {
      return await this.session.request(`/sync/events?book=${book_id}`, { headers: { Accept: 'text/event-stream' }, signal }, person_id);
    } catch (error) {
      if (error instanceof ServerProblem) return null;
      throw error;
    }
  }

  #changed(tables: ReadonlySet<string>): void {
    const derived = tables.has('transaction') || tables.has('settings') ? ['line', 'rollup'] : [];
    if (tables.has('schedule')) queueMicrotask(() => this.postDue());
    if (tables.size > 0) this.#emit({ kind: 'changed', tables: [...tables, ...derived] });
    this.#tell();
  }

  /* ---- status ------------------------------------------------------------------ */

  get status(): Status {
    const lock = this.#parts.lock?.view;
    if (!lock) return this.#told();
    const { files } = this.#profile;
    return { ...this.#told(), lock: { ...lock, account: files.some(({ person_id }) => person_id !== null), local: files.some(({ person_id }) => person_id === null) } };
  }

  #told(): Status {
    return this.locked ? { ...SHUT, storage: this.#storage } : told(this.#profile, this.#book, this.#storage, this.#cleared);
  }

  /** What the page learned about lasting storage (only a window may ask for it). */
  setPersisted(persisted: boolean): void {
    this.#storage = { ...this.#storage, persisted };
    this.#tell();
  }

  /** A write failed because of the device: said once, in words. */
  storageFailed(error: unknown): Problem {
    const problem = storageProblem(error);
    this.#storage = { ...this.#storage, error: problem };
    this.#tell();
    return problem;
  }

  /** Told to nobody here: while a book opens, there is none yet, and a page would go to its first screen. */
  #storageWorks(): void {
    const { error: _, ...storage } = this.#storage;
    this.#storage = { ...storage, ready: true };
  }

  close(): void {
    this.#closeBook();
  }

  #tell(): void {
    if (this.#parts.lock?.on) this.#noteUnsent();
    this.#emit({ kind: 'status', status: this.status });
  }

  async #save(profile: Profile): Promise<void> {
    this.#profile = profile;
    await this.#parts.profile.save(profile);
  }

  #newId(): string {
    return uuid7(this.#parts.now_ms(), this.#parts.random(10));
  }
}

const SIGNED_OUT = { person: null, books: [], book_id: null, needs_auth: false, sign_out_due: false, refresh_attempt: null };
