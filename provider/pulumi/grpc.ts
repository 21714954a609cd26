/**
 * Pulumi's own gRPC library and protobuf runtime, found from Pulumi: strict package layouts do not show them to us, and
 * messages of its classes want their runtime.
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
