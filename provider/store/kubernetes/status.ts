/** Finds the meaning of an API server's answer. Sources: k8s.io/apimachinery `api/errors`, and tried answers of a 1.36 server. */
import { z } from "zod";
import { CAPI_IP_ADDRESS, CLUSTER } from "../../api/capi/kinds";
import { apiVersionOf, type Kind, NAMESPACE } from "../../api/kinds";
import { IP_POOL } from "../../api/metal3/kinds";
import { asJson } from "../json";
import { StoreError, type StoreErrorHints, type StoreErrorReason } from "../store";
import { failed, wording } from "../wording";
import type { Answer } from "./delivery";
import { requestWording } from "./wording";

/** `metav1.Status`. */
const status = z.looseObject({
  kind: z.literal("Status"),
  message: z.string().optional(),
  reason: z.string().optional(),
  details: z
    .looseObject({
      kind: z.string().optional(),
      name: z.string().optional(),
      causes: z.array(z.looseObject({ field: z.string().optional(), reason: z.string().optional() })).optional(),
    })
    .optional(),
});
type Status = z.infer<typeof status>;

/** The subject of a message: which request, to which server. */
export interface Subject {
  readonly verb: string;
  readonly kind: Kind;
  /** `default/pool1`, or `objects in namespace default` for a list. */
  readonly key: string;
  /** `127.0.0.1:6443`. */
  readonly host: string;
}

export function isSuccess({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

/** True if the same request may soon get another answer. */
export function isPassing(answer: Answer): boolean {
  const { status } = answer;
  if (status === 429) return true;
  return status >= 500 && !isDenial(answer) && !isTooLarge(answer);
}

/** True if the server has certainly done nothing. After other passing answers a write may have been done. */
export function isUntouched({ status, retryAfterMs }: Answer): boolean {
  return status === 429 || (status === 503 && retryAfterMs !== undefined);
}

/** True for `404 page not found`, which means an unknown path. The Status of a missing object has the object's name. */
function isUnknownPath(answer: Answer): boolean {
  return answer.status === 404 && statusOf(answer)?.details?.name === undefined;
}

export function namesField(answer: Answer, field: string): boolean {
  return statusOf(answer)?.details?.causes?.some((cause) => cause.field === field) === true;
}

/** The error for an answer that is not a success. */
export function refusalOf(answer: Answer, subject: Subject): StoreError {
  if (isUnknownPath(answer)) return notInstalled(subject);
  return errorAbout(subject, ...meaning(answer, subject), hintsIn(answer));
}

export function notInstalled(subject: Subject): StoreError {
  const { kind } = subject;
  const install = INSTALLS[kind.group] ?? "its CRD";
  return errorAbout(subject, "NotInstalled", requestWording.notInstalled(kind.kind, apiVersionOf(kind), install));
}

export function errorAbout(
  { verb, kind, key, host }: Subject,
  reason: StoreErrorReason,
  why: string,
  hints?: StoreErrorHints,
): StoreError {
  return new StoreError(reason, failed(verb, `${kind.kind} ${key} on ${host}`, why), hints);
}

/**
 * The facts that a server adds to a refusal for programs. In a namespace that is being deleted it refuses only creates, and
 * always with this cause (k8s.io/apiserver, plugin `namespace/lifecycle`).
 */
function hintsIn(answer: Answer): StoreErrorHints {
  const causes = answer.status === 403 ? statusOf(answer)?.details?.causes : undefined;
  return causes?.some(({ reason }) => reason === "NamespaceTerminating") ? { isNamespaceEnding: true } : {};
}

/** `the API server answered 500: Internal error occurred ...` */
export function saidIn(answer: Answer): string {
  const message = statusOf(answer)?.message;
  return requestWording.answered(answer.status, message && oneLine(message));
}

const INSTALLS: Readonly<Record<string, string>> = {
  [IP_POOL.group]: "Metal3 IPAM's CRDs",
  [CAPI_IP_ADDRESS.group]: "Cluster API's CRDs",
  [CLUSTER.group]: "Cluster API's CRDs",
};

function meaning(answer: Answer, subject: Subject): [StoreErrorReason, string] {
  const read = statusOf(answer);
  const said = read?.message ? requestWording.refused(oneLine(read.message)) : saidIn(answer);
  if (isDenial(answer) || isTooLarge(answer)) return ["Invalid", said];
  switch (answer.status) {
    case 400:
    case 413:
    case 422:
      return ["Invalid", said];
    case 401:
      return ["Forbidden", requestWording.badCredentials];
    case 403:
      return ["Forbidden", said];
    case 404: {
      const { kind, name } = read?.details ?? {};
      if (kind !== NAMESPACE.plural || subject.kind.plural === NAMESPACE.plural) return ["NotFound", wording.missing];
      return ["NotFound", requestWording.namespaceMissing(name)];
    }
    case 409:
      return read?.reason === "AlreadyExists" ? ["AlreadyExists", wording.exists] : ["Conflict", said];
    default:
      if (answer.status < 400) return ["Unavailable", requestWording.redirect(answer.status)];
      return ["Unavailable", said];
  }
}

/** True if an admission webhook has refused the request. It may choose any status. Its default is 403, which is not about rights then. */
function isDenial(answer: Answer): boolean {
  return answer.status >= 400 && /admission webhook "[^"]*" denied the request/.test(statusOf(answer)?.message ?? "");
}

/** True for etcd's refusal, which the server passes on as its own failure (500). */
function isTooLarge(answer: Answer): boolean {
  return answer.status === 500 && /request is too large/.test(statusOf(answer)?.message ?? "");
}

function statusOf(answer: Answer): Status | undefined {
  const read = status.safeParse(asJson(answer.body));
  return read.success ? read.data : undefined;
}

const MAX_SAID = 600;

/** Some messages quote the whole object, and say at the end what is wrong. */
function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  if (line.length <= MAX_SAID) return line;
  return `${line.slice(0, MAX_SAID / 2)} ... ${line.slice(-MAX_SAID / 2)}`;
}
