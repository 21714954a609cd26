/**
 * Pulumi's own gRPC library and protobuf runtime, resolved from Pulumi's package. Strict package layouts hide them from this
 * package, and messages of Pulumi's classes need Pulumi's runtime.
 */
import { createRequire } from "node:module";

const fromPulumi = createRequire(require.resolve("@pulumi/pulumi"));

export const grpc: typeof import("@grpc/grpc-js") = fromPulumi("@grpc/grpc-js");
export const { Struct }: typeof import("google-protobuf/google/protobuf/struct_pb") = fromPulumi(
  "google-protobuf/google/protobuf/struct_pb.js",
);
export const { Empty }: typeof import("google-protobuf/google/protobuf/empty_pb") = fromPulumi(
  "google-protobuf/google/protobuf/empty_pb.js",
);
export const { Any }: typeof import("google-protobuf/google/protobuf/any_pb") = fromPulumi(
  "google-protobuf/google/protobuf/any_pb.js",
);
