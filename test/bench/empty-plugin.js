// What a plugin on Pulumi's SDK costs at the least: the service of a provider, and nothing in it.

const { createRequire } = require("node:module");
const { ResourceProviderService } = require("@pulumi/pulumi/proto/provider_grpc_pb");
const { PluginInfo } = require("@pulumi/pulumi/proto/plugin_pb");
const grpc = createRequire(require.resolve("@pulumi/pulumi"))("@grpc/grpc-js");

const server = new grpc.Server();
server.addService(ResourceProviderService, {
  getPluginInfo: (_, done) => done(null, new PluginInfo()),
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`${port}\n`);
});
