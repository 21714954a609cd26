/** What an API server's answer means. Sources: k8s.io/apimachinery `api/errors`, and answers of a 1.36 server, tried. */
import { z } from "zod";
import { CAPI_IP_ADDRESS, CLUSTER } from "../../api/capi/kinds";
import { apiVersionOf, type Kind, NAMESPACE } from "../../api/kinds";
import { IP_POOL } from "../../api/metal3/kinds";
import { asJson } from "../json";
import { StoreError, type StoreErrorHints, type StoreErrorReason } from "../store";
import type { Answer } from "./delivery";

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

/** What was asked of whom, as messages say it. */
export interface Subject {
  readonly verb: string;
  readonly kind: Kind;
  /** `default/pool1`; of a list, its namespace. */
  readonly key: string;
  /** `127.0.0.1:6443`. */
  readonly host: string;
}

export function isSuccess({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

/** Answers that may be another one soon; the others will be the same again. */
export function isPassing(answer: Answer): boolean {
  const { status } = answer;
  if (status === 429) return true;
  return status >= 500 && !isDenial(answer) && !isTooLarge(answer);
}

/** The server says that it has done nothing; of other passing answers to a write one cannot know. */
export function isUntouched({ status, retryAfterMs }: Answer): boolean {
  return status === 429 || (status === 503 && retryAfterMs !== undefined);
}

/** `404 page not found`: no such path, where an object that is missing gets a Status with its name. */
function isUnknownPath(answer: Answer): boolean {
  return answer.status === 404 && statusOf(answer)?.details?.name === undefined;
}

export function namesField(answer: Answer, field: string): boolean {
  return statusOf(answer)?.details?.causes?.some((cause) => cause.field === field) === true;
}

/** The error for an answer that is no success. */
export function refusalOf(answer: Answer, subject: Subject): StoreError {
  if (isUnknownPath(answer)) return notInstalled(subject);
  return errorAbout(subject, ...meaning(answer, subject), hintsIn(answer));
}

export function notInstalled(subject: Subject): StoreError {
  const { kind } = subject;
  const remedy = `install ${INSTALLS[kind.group] ?? "its CRD"}`;
  return errorAbout(subject, "NotInstalled", `${kind.kind} (${apiVersionOf(kind)}) is not known there: ${remedy}`);
}

export function errorAbout(
  { verb, kind, key, host }: Subject,
  reason: StoreErrorReason,
  why: string,
  hints?: StoreErrorHints,
): StoreError {
  return new StoreError(reason, `${verb} ${kind.kind} ${key}: ${host}: ${why}`, hints);
}

/**
 * What a server adds to a refusal for programs to read. For a namespace that is being deleted it refuses creates alone, and
 * always with this cause (k8s.io/apiserver, plugin `namespace/lifecycle`).
 */
function hintsIn(answer: Answer): StoreErrorHints {
  const causes = answer.status === 403 ? statusOf(answer)?.details?.causes : undefined;
  return causes?.some(({ reason }) => reason === "NamespaceTerminating") ? { isNamespaceEnding: true } : {};
}

/** `it answers 500: Internal error occurred ...`. */
export function saidIn(answer: Answer): string {
  const message = statusOf(answer)?.message;
  return `it answers ${answer.status}${message ? `: ${oneLine(message)}` : ""}`;
}

const INSTALLS: Readonly<Record<string, string>> = {
  [IP_POOL.group]: "Metal3 IPAM's CRDs",
  [CAPI_IP_ADDRESS.group]: "Cluster API's CRDs",
  [CLUSTER.group]: "Cluster API's CRDs",
};

function meaning(answer: Answer, subject: Subject): [StoreErrorReason, string] {
  const read = statusOf(answer);
  const said = oneLine(read?.message ?? `it answers ${answer.status}`);
  if (isDenial(answer) || isTooLarge(answer)) return ["Invalid", said];
  switch (answer.status) {
    case 400:
    case 413:
    case 422:
      return ["Invalid", said];
    case 401:
      return ["Forbidden", "it does not accept the credentials of the kubeconfig (401)"];
    case 403:
      return ["Forbidden", said];
    case 404: {
      const { kind, name } = read?.details ?? {};
      if (kind !== NAMESPACE.plural || subject.kind.plural === NAMESPACE.plural)
        return ["NotFound", "there is no such object"];
      const remedy = `create it first, with kubectl create namespace ${name} or in the program`;
      return ["NotFound", `namespace ${name} does not exist; ${remedy}`];
    }
    case 409:
      return read?.reason === "AlreadyExists" ? ["AlreadyExists", "it exists already"] : ["Conflict", said];
    default:
      if (answer.status < 400) return ["Unavailable", `it answers ${answer.status}, a redirect, which is not followed`];
      return ["Unavailable", said];
  }
}

/** An admission webhook's own word, whatever status it chose: 403 by default, which is not about rights then. */
function isDenial(answer: Answer): boolean {
  return answer.status >= 400 && /admission webhook "[^"]*" denied the request/.test(statusOf(answer)?.message ?? "");
}

/** Of etcd, which the server passes on as its own failure (500). */
function isTooLarge(answer: Answer): boolean {
  return answer.status === 500 && /request is too large/.test(statusOf(answer)?.message ?? "");
}

function statusOf(answer: Answer): Status | undefined {
  const read = status.safeParse(asJson(answer.body));
  return read.success ? read.data : undefined;
}

const MAX_SAID = 600;

/** Servers quote the whole object in some messages, and say what is wrong at the end. */
function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  if (line.length <= MAX_SAID) return line;
  return `${line.slice(0, MAX_SAID / 2)} ... ${line.slice(-MAX_SAID / 2)}`;
}
