import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readJson, removeFile, writeJson } from "./stateFolder";

/** The two kinds of notes: writes by resource, and uses by group. */
export type Place = "journal" | "owned";

/** Named JSON values that outlive the process, where the machine can keep them. */
export interface NoteStore {
  read(place: Place, name: string): Promise<unknown>;
  write(place: Place, name: string, content: unknown): Promise<void>;
  remove(place: Place, name: string): Promise<void>;
  names(place: Place): Promise<readonly string[]>;
}

/** A file's name, as the provider gives it; a draft that a crash has left has a longer one. */
const NAME = /^[0-9a-f]{32}\.json$/;

/**
 * Keeps values in files. One that cannot be written is kept in memory, as long as the process.
 * @param folder undefined where nothing can be kept
 * @param onUnwritable called when a file could not be written
 */
export function createNoteStore(folder: string | undefined, onUnwritable: () => void): NoteStore {
  const inMemory = new Map<string, unknown>();
  const keyOf = (place: Place, name: string) => `${place}/${name}`;

  return {
    read: async (place, name) => {
      const key = keyOf(place, name);
      if (folder === undefined || inMemory.has(key)) return inMemory.get(key);
      return readJson(join(folder, place, name));
    },
    write: async (place, name, content) => {
      if (folder !== undefined && (await writeJson(join(folder, place, name), content))) {
        inMemory.delete(keyOf(place, name));
        return;
      }
      inMemory.set(keyOf(place, name), content);
      if (folder !== undefined) onUnwritable();
    },
    remove: async (place, name) => {
      inMemory.delete(keyOf(place, name));
      if (folder !== undefined) await removeFile(join(folder, place, name));
    },
    names: async (place) => {
      const files = folder === undefined ? [] : await readdir(join(folder, place)).catch(() => []);
      const inPlace = [...inMemory.keys()].filter((key) => key.startsWith(`${place}/`));
      const kept = inPlace.map((key) => key.slice(place.length + 1));
      return [...new Set([...files.filter((name) => NAME.test(name)), ...kept])];
    },
  };
}
