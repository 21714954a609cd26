/** The messages of the file store, for users. See `../wording.ts` for their form. */
import { ended } from "../../api/fault";
import type { Misplaced } from "../store";

export const fileWording = {
  /** `shown`: the file's path in the folder `root`. `fault`: whole sentences. */
  malformed: (shown: string, root: string, fault: string) =>
    `${shown} in ${root} is not valid. ${fault} Correct the file. Nothing was overwritten.`,

  damaged: (shown: string, root: string) =>
    `${shown} in ${root} is damaged. Restore it, or move it away to go back to the version before. Nothing was overwritten.`,

  /** `where`: the folder, or a path in it. */
  nameTooLong: (where: string, errno: string) => `the name is too long here (${errno}): ${where}.`,

  /** `said`: what the system says of an error that has no words here. */
  failedCall: (where: string, errno: string, said: string) =>
    `${WORDS[errno] ?? said} (${errno}) at ${where}. Nothing was changed.`,
  unconfirmed: (where: string, errno: string, said: string) =>
    `${WORDS[errno] ?? said} (${errno}) at ${where}. It was written, but the disk did not confirm that. Read it again.`,

  lostRaces: (races: number, root: string) => `other writers were faster ${races} times in a row in ${root}.`,
  manifestTooLarge: (bytes: number, limit: number) => `its manifest has ${bytes} bytes. The limit is ${limit}.`,
  longName: (kind: string, name: string) =>
    `${kind} ${name} has a name of more than 250 characters. That is too long for a file name.`,

  /** Why an object is not written, and where it belongs. */
  misplaced: ({ own, files }: Misplaced, root: string) =>
    files.length === 0
      ? `${own} in ${root} holds other objects. Give each object a file of its own.`
      : `it is in ${files.join(" and ")} in ${root}. The provider writes only ${own}. Move it there, into a file of its own.`,
} as const;

/** The faults of a manifest. Each is whole sentences, and begins with a capital or with a property path. */
export const faultWording = {
  contradiction: (other: string, object: string, own: string) =>
    `${other} has ${object} with another content. Keep it only in ${own}.`,
  noSuchName: (kind: string, key: string) => `${kind} ${key} has a name that no object can have.`,

  tooManyBytes: (limit: number) => `It has more than ${limit} bytes.`,
  folder: "It is a folder.",
  notPlain: "It is not a plain file.",
  endlessLink: "It is a link to itself.",

  notUtf8: "It is not UTF-8 text.",
  tooDeep: "It is nested too deeply.",
  documents: "It has more than one document.",
  empty: "It is empty.",
  notMapping: "It is not a mapping of fields.",

  /** `is`: undefined where the field is missing. */
  otherPlace: (field: string, is: string | undefined, wanted: string) =>
    `${field} is ${is === undefined ? "missing" : JSON.stringify(is)}, but the file's path says ${JSON.stringify(wanted)}.`,
  noneWanted: (field: string, is: string | undefined, kind: string) =>
    `${field} is ${JSON.stringify(is)}, but ${kind} objects have none.`,

  /** `said`: the parser's own words, or one of the following two. */
  parser: (line: number, said: string) => `Line ${line}: ${ended(said)}`,
  parserDocuments: "more than one document",
  parserDepth: "nested too deeply",
  /** `fault`: one of the following. */
  atLine: (line: number, fault: string) => `Line ${line} has ${fault}`,
  control: "a control character.",
  alias: "an alias (*). Write the value out.",
  notNumber: (source: string | undefined) => `${source}, which is not a JSON number.`,
  notInJson: "a value that JSON does not have.",
  notText: "a key that is not text. Write it in quotes.",
  protoField: "a field that is called __proto__. Rename it.",
  mergeKey: "a merge key (<<). Write the fields out.",
  duplicate: (name: string) => `the key ${JSON.stringify(name)} twice.`,
} as const;

/** By system call error. */
const WORDS: Readonly<Record<string, string>> = {
  EACCES: "no permission",
  EPERM: "not permitted",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  ENOTDIR: "there is a file instead of a folder",
  EIO: "the disk cannot read or write",
  EMFILE: "too many files are open",
};
