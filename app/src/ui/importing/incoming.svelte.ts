/** A file on its way to the import screen: dropped on the window, or handed over by the system. */
let file = $state.raw<File | null>(null);

export const incoming = {
  get waiting(): boolean {
    return file !== null;
  },
  offer(given: File): void {
    file = given;
  },
  /** The file, once. */
  take(): File | null {
    const given = file;
    file = null;
    return given;
  }
};
