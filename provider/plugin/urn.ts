import type { ResourceOwner } from "../resources/handler";

/** `urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>`. */
export interface Urn {
  /** `<project>/<stack>`. */
  readonly stack: string;
  /** `metal3-ipam:index:IPPool`. */
  readonly token: string;
  /** The logical name. */
  readonly name: string;
}

export function readUrn(urn: string): Urn {
  const [stack = "", project = "", types = "", ...name] = urn.replace(/^urn:pulumi:/, "").split("::");
  return { stack: `${project}/${stack}`, token: types.split("$").at(-1) ?? "", name: name.join("::") };
}

/**
 * The owners of resources, by logical name. A second resource of a type with the same name, for example under another
 * component, is `name#2`. So two resources never have the same owner.
 */
export class Owners {
  private readonly labels = new Map<string, string>();
  private readonly uses = new Map<string, number>();

  of(urn: string): ResourceOwner {
    const { stack, token, name } = readUrn(urn);
    return { stack, resource: this.labels.get(urn) ?? this.label(urn, token, name) };
  }

  private label(urn: string, token: string, name: string): string {
    const use = (this.uses.get(`${token} ${name}`) ?? 0) + 1;
    const label = use === 1 ? name : `${name}#${use}`;
    this.uses.set(`${token} ${name}`, use);
    this.labels.set(urn, label);
    return label;
  }
}
