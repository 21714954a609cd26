/** All texts of Pulumi's doors. */
import { pulumiWords } from "./vocabulary";

type Key = Parameters<typeof pulumiWords.setting>[0];

const { setting, removing } = pulumiWords;

export const doorWording = {
  tilde: (directory: string) =>
    `${setting("directory")} is "${directory}". Only ~ alone stands for your home. Write the path out, or ./${directory} for a ` +
    "folder of that name.",

  flag: (name: string, value: string) => `${name} is "${value}". Write true or false.`,

  empty: (key: Key) => `${setting(key)} is empty. Give it a value, or remove it with \`${removing}\`.`,

  exclusive: (others: readonly string[]) =>
    `cannot be combined with ${others.join(", ")}. Pools are in a folder of manifests or in a cluster. Remove one setting.`,

  unknownSetting: (key: Key) => `${setting(key)} is not known yet. Nothing can be asked before the update.`,

  notConfigured: "metal3-ipam: used before it was configured",

  noParameters: "metal3-ipam is one package and takes no parameters. Remove them.",

  noRow: (what: string, token: string, known: string) => `metal3-ipam has no ${what} ${token}. There are ${known}.`,

  noContinuation: (token: string) => `"${token}" is not a continuation token of this provider. Begin without one.`,

  ownFault: (text: string) => `This is a fault of metal3-ipam itself. Please report it: ${text}`,

  noOwner:
    "The hidden input __owner {stack, resource} is missing. Declare the resource with a class of pulumi-metal3-ipam/dynamic.",
} as const;
