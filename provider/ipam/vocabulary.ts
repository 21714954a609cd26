/** What messages call the commands and settings of a door. The floors below the doors know no command. */
import type { SettingWords } from "../config";

export interface Vocabulary extends SettingWords {
  /** What makes the objects of a program in their order. As in: so that ENGINE makes it first. */
  readonly engine: string;
  /** The command that brings the backend to what the program says. As in: run `UPDATE` again. */
  readonly update: string;
  /** The command that removes all that a program has made. As in: a `DESTROY` of the pool. */
  readonly destroy: string;
  /** The commands that hold an update to what a preview has shown, each in backticks. As in: HOLDING_PLAN hold it. */
  readonly holdingPlan: string;
  /** The command that takes what is there into state, so that a later update can free it. As in: remove it (`IMPORTING`). */
  readonly importing: string;
  /** The same command for one object, whole. `name`: what the program shall call it. */
  importingOne(kind: string, name: string, id: string): string;
  /** The command that takes a resource out of state, and leaves what it has made. As in: or `FORGETTING` it. */
  readonly forgetting: string;
  /** The variable of the environment that stands in for a setting where that is not given. */
  variable(key: "deleteUnreachable"): string;
  /** The reference to the name of a pool that the program makes. As in: pass `POOL_NAME` of the resource. */
  readonly poolName: string;
}

const PLACEHOLDER = /\{(engine|destroy|setting:(\w+)|variable:deleteUnreachable)\}/g;

/**
 * A description with its placeholders filled in: `{engine}`, `{destroy}` and `{setting:namespace}` stand in texts that
 * are written before there is a door.
 */
export function inWordsOf(words: Vocabulary, description: string): string {
  return description.replace(PLACEHOLDER, (_, name: "engine" | "destroy", key: Parameters<Vocabulary["setting"]>[0]) =>
    key ? words.setting(key) : (words[name] ?? words.variable("deleteUnreachable")),
  );
}
