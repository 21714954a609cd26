/** The used part of Pulumi's package schema. Source: pulumi/pulumi, pkg/codegen/schema/pulumi.json. */

export interface TypeSpec {
  readonly type?: string;
  readonly $ref?: string;
  readonly items?: TypeSpec;
  readonly additionalProperties?: TypeSpec;
  readonly oneOf?: readonly TypeSpec[];
}

export interface PropertySpec extends TypeSpec {
  readonly description?: string;
  readonly deprecationMessage?: string;
  readonly secret?: boolean;
}

export type PropertySpecs = Readonly<Record<string, PropertySpec>>;

export interface ObjectSpec {
  readonly description?: string;
  readonly type: "object";
  readonly properties: PropertySpecs;
  readonly required: readonly string[];
}

export interface EnumSpec {
  readonly description?: string;
  readonly type: "string";
  readonly enum: readonly { readonly value: string; readonly description?: string }[];
}

export interface ResourceSpec {
  readonly description: string;
  readonly properties?: PropertySpecs;
  readonly required?: readonly string[];
  readonly inputProperties: PropertySpecs;
  readonly requiredInputs: readonly string[];
  readonly listInputs?: ObjectSpec;
  /** Former types of the resource. A state with one of these types stays valid. */
  readonly aliases?: readonly { readonly type: string }[];
}

export interface FunctionSpec {
  readonly description: string;
  readonly inputs: ObjectSpec;
  readonly outputs: ObjectSpec;
}

export interface PackageSpec {
  readonly name: string;
  readonly displayName: string;
  readonly version: string;
  readonly description: string;
  readonly keywords: readonly string[];
  readonly homepage: string;
  readonly repository: string;
  /** An SPDX identifier. */
  readonly license: string;
  readonly publisher: string;
  readonly config: { readonly variables: PropertySpecs };
  readonly provider: ResourceSpec;
  readonly types: Readonly<Record<string, ObjectSpec | EnumSpec>>;
  readonly resources: Readonly<Record<string, ResourceSpec>>;
  readonly functions: Readonly<Record<string, FunctionSpec>>;
  readonly language: Readonly<Record<string, object>>;
}
