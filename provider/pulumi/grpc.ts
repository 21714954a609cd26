/**
 * Pulumi's own gRPC library and protobuf runtime, resolved from Pulumi's package. Strict package layouts hide them from this
 * package, and messages of Pulumi's classes need Pulumi's runtime. The bundle of the plugin has plugin/bundle/grpc.ts instead.
 */
import { createRequire } from "node:module";

const fromPulumi = createRequire(require.resolve("@pulumi/pulumi"));

type Library = typeof import("@grpc/grpc-js");
/** The parts that the doors use. */
type Used = Pick<Library, "Server" | "ServerCredentials" | "Metadata" | "status"> & {
  readonly credentials: Pick<Library["credentials"], "createInsecure">;
};

export const grpc: Used = fromPulumi("@grpc/grpc-js");
export const { Struct }: typeof import("google-protobuf/google/protobuf/struct_pb") = fromPulumi(
  "google-protobuf/google/protobuf/struct_pb.js",
);
export const { Empty }: typeof import("google-protobuf/google/protobuf/empty_pb") = fromPulumi(
  "google-protobuf/google/protobuf/empty_pb.js",
);
export const { Any }: typeof import("google-protobuf/google/protobuf/any_pb") = fromPulumi(
  "google-protobuf/google/protobuf/any_pb.js",
);
