/** The names of a door's commands and settings in messages. The floors below the doors know no command. */
import type { SettingWords } from "../config";

export interface Vocabulary extends SettingWords {
  /** The program that creates the objects of a program in order. As in: so that ENGINE makes it first. */
  readonly engine: string;
  /** The command that changes the backend to what the program says. As in: run `UPDATE` again. */
  readonly update: string;
  /** The command that removes all objects of a program. As in: a `DESTROY` of the pool. */
  readonly destroy: string;
  /** The commands that limit an update to what a preview has shown, each in backticks. As in: HOLDING_PLAN hold it. */
  readonly holdingPlan: string;
  /**
   * The command that takes an existing object into state, so that a later update can release it. As in: remove it
   * (`IMPORTING`).
   */
  readonly importing: string;
  /** The complete command for one object. `name`: its name in the program. */
  importingOne(kind: string, name: string, id: string): string;
  /** The command that removes a resource from state and keeps its objects. As in: or `FORGETTING` it. */
  readonly forgetting: string;
  /** The environment variable that replaces a setting that is not given. */
  variable(key: "deleteUnreachable"): string;
  /** The reference to the name of a pool that the program creates. As in: pass `POOL_NAME` of the resource. */
  readonly poolName: string;
}

const PLACEHOLDER = /\{(engine|destroy|setting:(\w+)|variable:deleteUnreachable)\}/g;

/**
 * A description with its placeholders filled in: `{engine}`, `{destroy}`, `{setting:namespace}` and
 * `{variable:deleteUnreachable}`. The descriptions are written before a door is known.
 */
export function inWordsOf(words: Vocabulary, description: string): string {
  return description.replace(PLACEHOLDER, (_, name: "engine" | "destroy", key: Parameters<Vocabulary["setting"]>[0]) =>
    key ? words.setting(key) : (words[name] ?? words.variable("deleteUnreachable")),
  );
}
