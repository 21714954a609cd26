import type { Sources } from "./imports";

/** Doors, and the project's own generator of one of them. */
const doors = /^(provider\/(plugin|dynamic|pulumi|bin)|sdk)\//;

/** A command, a project file, a name of a setting or type. "Pulumi" alone may be said: a comment may explain its engine. */
const ofADoor = /\b(pulumi|terraform|tofu) [a-z-]+|\bPulumi\.yaml|\bmetal3-ipam:/g;

/** What only a door may say, in a file below the doors; in comments too. */
export function doorWords(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) =>
    doors.test(path)
      ? []
      : text
          .split("\n")
          .flatMap((line, index) => (line.match(ofADoor) ?? []).map((word) => `${path}:${index + 1}: ${word}`)),
  );
}
