import type { Sources } from "./imports";

/** Doors, and the project's own generator of one of them. */
const doors = /^(provider\/(plugin|dynamic|pulumi|bin)|sdk)\//;

/**
 * A command, a project file, a name of a setting or type. "Pulumi"
 * alone is allowed, because a comment may explain its engine.
 */
const ofADoor = /\b(pulumi|terraform|tofu) [a-z-]+|\bPulumi\.yaml|\bmetal3-ipam:/g;

/** The words in a file below the doors that only a door may use, also in comments. */
export function doorWords(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) =>
    doors.test(path)
      ? []
      : text
          .split("\n")
          .flatMap((line, index) => (line.match(ofADoor) ?? []).map((word) => `${path}:${index + 1}: ${word}`)),
  );
}
