/**
 * The base of the resource classes: a custom resource that Pulumi's own dynamic provider serves with code of this package.
 * Nothing is serialized. The state has one line of text that requires the package, so a new version of the package does not
 * change the resource.
 */
import * as pulumi from "@pulumi/pulumi";

export interface Served {
  /** The kind in the registry: `IPPool`. */
  readonly kind: string;
  /** The export of this package that serves it. */
  readonly provider: string;
}

export abstract class DynamicResource extends pulumi.CustomResource {
  /** `outputs`: the properties that the provider fills in. An output that is also an input keeps the input's value. */
  protected constructor(
    { kind, provider }: Served,
    name: string,
    inputs: pulumi.Inputs,
    outputs: readonly string[],
    opts: pulumi.CustomResourceOptions = {},
  ) {
    if (opts.import !== undefined) {
      // The dynamic provider host would crash on an import without an explanation.
      throw new Error(`${kind} ${name}: dynamic resources cannot be imported; use the argument adopt: true instead`);
    }
    // A lookup has no inputs, because all its properties come from the backend.
    const declared =
      opts.id === undefined ? { ...inputs, __owner: { stack: stackPath(), resource: label(kind, name) } } : {};
    super(
      `pulumi-nodejs:dynamic/metal3-ipam:${kind}`,
      name,
      {
        ...Object.fromEntries(outputs.map((output) => [output, undefined])),
        ...declared,
        // This text must stay valid for ever, because refresh and delete run the text of an old state.
        __provider: `exports.handler = () => require("pulumi-metal3-ipam/dynamic").${provider};`,
      },
      opts,
    );
  }
}

function stackPath(): string {
  return `${pulumi.getProject()}/${pulumi.getStack()}`;
}

/**
 * The number of uses of each `<kind> <name>` in a program. It is kept per stack, because one process can run several
 * programs.
 */
const usesByStack = new WeakMap<object, Map<string, number>>();
const noStack = {};

/** The logical name. A second resource of the kind with the same name, for example under another component, is `name#2`. */
function label(kind: string, name: string): string {
  const stack = pulumi.runtime.getStackResource() ?? noStack;
  const uses = usesByStack.get(stack) ?? new Map<string, number>();
  usesByStack.set(stack, uses);
  const use = (uses.get(`${kind} ${name}`) ?? 0) + 1;
  uses.set(`${kind} ${name}`, use);
  return use === 1 ? name : `${name}#${use}`;
}
