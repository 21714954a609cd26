/** CheckConfig and DiffConfig: the provider's own configuration. */
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { unprinted } from "../pulumi/failed-check";
import { openWire, secretOnWire, type WireProperties } from "../pulumi/wire";
import { changedProperties } from "../resources/arguments";
import type { Properties } from "../resources/handler";
import { bagOf, failureMessage, openBag, structOf } from "./message";
import { settingFaults } from "./settings";
import { hidingIn } from "./unsaid-secrets";

/** A kubeconfig is always secret, even if the program does not mark it. So state encrypts it, and no diff shows it. */
export function checkConfig(request: proto.CheckRequest): proto.CheckResponse {
  const news = bagOf(request.getNews());
  const response = new proto.CheckResponse();
  response.setInputs(structOf(withSecretKubeconfig(news)));
  const hide = hidingIn(() => [news, { kubeconfig: secretOnWire(news.kubeconfig) }]);
  const faults = settingFaults(openWire(news).properties).map(unprinted);
  response.setFailuresList(faults.map((fault) => failureMessage(fault, hide)));
  return response;
}

function withSecretKubeconfig(news: WireProperties): WireProperties {
  const { kubeconfig } = openWire(news).properties;
  return typeof kubeconfig === "string" ? { ...news, kubeconfig: secretOnWire(kubeconfig) } : news;
}

/** Another kubeconfig, context or folder is an update of the provider. Existing reservations are compared, not replaced. */
export function diffConfig(request: proto.DiffRequest): proto.DiffResponse {
  const [olds, news] = [request.getOldInputs() ?? request.getOlds(), request.getNews()].map(
    (bag): Properties => openBag(bag).properties,
  ) as [Properties, Properties];
  const changed = changedProperties(olds, news, Object.keys({ ...olds, ...news }));
  const response = new proto.DiffResponse();
  const { DIFF_SOME, DIFF_NONE } = proto.DiffResponse.DiffChanges;
  response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setDiffsList(changed);
  return response;
}
