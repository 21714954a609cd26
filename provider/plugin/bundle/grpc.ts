/**
 * Stands for pulumi/grpc.ts in the bundle, with the parts of gRPC that a plugin needs before it writes its port. gRPC's own
 * index also loads its clients, resolvers and load balancers. They come with the engine's log.
 */
import { ChannelCredentials } from "@grpc/grpc-js/build/src/channel-credentials";
import { Status } from "@grpc/grpc-js/build/src/constants";
import { Metadata } from "@grpc/grpc-js/build/src/metadata";
import { Server } from "@grpc/grpc-js/build/src/server";
import { ServerCredentials } from "@grpc/grpc-js/build/src/server-credentials";
import type { grpc as Grpc } from "../../pulumi/grpc";

export { Any } from "google-protobuf/google/protobuf/any_pb";
export { Empty } from "google-protobuf/google/protobuf/empty_pb";
export { Struct } from "google-protobuf/google/protobuf/struct_pb";

const { createInsecure } = ChannelCredentials;

export const grpc: typeof Grpc = {
  Server,
  ServerCredentials,
  Metadata,
  status: Status,
  credentials: { createInsecure },
};

/** Pulumi's code of the service also makes a client of it. A plugin does not use that client. */
export const makeGenericClientConstructor = () => undefined;
