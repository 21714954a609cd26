/**
 * The verbs that the engine calls on every provider process: its identity and its offer. This file loads fast, because most
 * processes are asked nothing else.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { doorWording } from "../pulumi/wording";
import { Refused } from "./refused";

export function handshake(): proto.ProviderHandshakeResponse {
  const response = new proto.ProviderHandshakeResponse();
  response.setAcceptSecrets(true);
  response.setAcceptResources(false);
  response.setAcceptOutputs(false);
  response.setSupportsAutonamingConfiguration(false);
  return response;
}

export function parameterize(): never {
  throw new Refused("UNIMPLEMENTED", doorWording.noParameters);
}

/** schema.json of the package. `root`: the package's folder. */
export async function getSchema(root: string): Promise<proto.GetSchemaResponse> {
  const response = new proto.GetSchemaResponse();
  response.setSchema(await readFile(path.join(root, "schema.json"), "utf8"));
  return response;
}

export async function getPluginInfo(root: string): Promise<PluginInfo> {
  const { version } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8")) as { version: string };
  const info = new PluginInfo();
  info.setVersion(version);
  return info;
}

export function configureResponse(): proto.ConfigureResponse {
  const response = new proto.ConfigureResponse();
  response.setAcceptsecrets(true);
  response.setSupportspreview(true);
  return response;
}
