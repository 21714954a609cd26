/**
 * What the resource classes share: a custom resource that Pulumi's own dynamic provider serves with code of this
 * package. Nothing is serialized: the state holds one line of text that requires the package, so a new version of it is
 * no change of the resource.
 */
import * as pulumi from "@pulumi/pulumi";

export interface Served {
  /** As in the registry: `IPPool`. */
  readonly kind: string;
  /** The export of this package that serves it. */
  readonly provider: string;
}

export abstract class DynamicResource extends pulumi.CustomResource {
  /** `outputs` are the properties that the provider fills in; one that is an input as well keeps the input's value. */
  protected constructor(
    { kind, provider }: Served,
    name: string,
    inputs: pulumi.Inputs,
    outputs: readonly string[],
    opts: pulumi.CustomResourceOptions = {},
  ) {
    if (opts.import !== undefined) {
      // The dynamic provider host would crash on it without a word about why.
      throw new Error(`${kind} ${name}: dynamic resources cannot be imported; use the argument adopt: true instead`);
    }
    // A resource that is only looked up has no inputs: all that it says comes from the backend.
    const declared =
      opts.id === undefined ? { ...inputs, __owner: { stack: stackPath(), resource: label(kind, name) } } : {};
    super(
      `pulumi-nodejs:dynamic/metal3-ipam:${kind}`,
      name,
      {
        ...Object.fromEntries(outputs.map((output) => [output, undefined])),
        ...declared,
        // For ever: refresh and delete run the text that an old state holds.
        __provider: `exports.handler = () => require("pulumi-metal3-ipam/dynamic").${provider};`,
      },
      opts,
    );
  }
}

function stackPath(): string {
  return `${pulumi.getProject()}/${pulumi.getStack()}`;
}

/** How often a program has used a name, by `<kind> <name>`; per stack, for one process can run several programs. */
const usesByStack = new WeakMap<object, Map<string, number>>();
const noStack = {};

/** The logical name, and `name#2` for the second resource of the kind that bears it (under another component, say). */
function label(kind: string, name: string): string {
  const stack = pulumi.runtime.getStackResource() ?? noStack;
  const uses = usesByStack.get(stack) ?? new Map<string, number>();
  usesByStack.set(stack, uses);
  const use = (uses.get(`${kind} ${name}`) ?? 0) + 1;
  uses.set(`${kind} ${name}`, use);
  return use === 1 ? name : `${name}#${use}`;
}
