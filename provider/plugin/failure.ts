/** The error for the engine: a gRPC status with the kind of failure, and one line for the user. */
import type { ServiceError } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { IpamError, type IpamErrorKind } from "../ipam/errors";
import { Any, grpc } from "../pulumi/grpc";
import { doorWording } from "../pulumi/wording";
import { StoreError, type StoreErrorReason } from "../store/store";
import { structOf } from "./message";
import { PartialFailure, Refused } from "./refused";
import { type Hide, hiding } from "./unsaid-secrets";

const { status } = grpc;

/**
 * Internal and DataLoss would mean that a resource may be damaged (sdk/go/common/resource/plugin). No failure here does
 * that.
 */
const OF_IPAM: { readonly [kind in IpamErrorKind]: number } = {
  exhausted: status.RESOURCE_EXHAUSTED,
  held: status.ALREADY_EXISTS,
  exists: status.ALREADY_EXISTS,
  outOfRange: status.OUT_OF_RANGE,
  poolMissing: status.NOT_FOUND,
  notReserved: status.NOT_FOUND,
  poolBusy: status.FAILED_PRECONDITION,
  paused: status.FAILED_PRECONDITION,
  inUse: status.FAILED_PRECONDITION,
  malformed: status.FAILED_PRECONDITION,
  malformedId: status.INVALID_ARGUMENT,
  unheld: status.NOT_FOUND,
  refused: status.FAILED_PRECONDITION,
  unserved: status.FAILED_PRECONDITION,
  unfinished: status.ABORTED,
  cancelled: status.CANCELLED,
};

const OF_STORE: { readonly [reason in StoreErrorReason]: number } = {
  AlreadyExists: status.ALREADY_EXISTS,
  Conflict: status.ABORTED,
  NotFound: status.NOT_FOUND,
  Invalid: status.INVALID_ARGUMENT,
  NotInstalled: status.FAILED_PRECONDITION,
  Forbidden: status.PERMISSION_DENIED,
  Malformed: status.FAILED_PRECONDITION,
  Unavailable: status.UNAVAILABLE,
};

/** `request`: the request whose secrets are hidden. */
export function serviceError(error: unknown, request: object): Partial<ServiceError> {
  const hide = hiding(request);
  const metadata = error instanceof PartialFailure ? initFailed(error, hide) : new grpc.Metadata();
  return { code: codeOf(error), details: hide(textOf(error)), metadata };
}

/** The text in one line. A bug is reported as a bug, because the user can only report it further. */
function textOf(error: unknown): string {
  const text = (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, " ");
  if (codeOf(error) !== status.INTERNAL) return text;
  return doorWording.ownFault(text);
}

function codeOf(error: unknown): number {
  if (error instanceof Refused) return status[error.code];
  if (error instanceof PartialFailure) {
    const { cause } = error.unfinished;
    return cause === undefined ? status.DEADLINE_EXCEEDED : codeOf(cause);
  }
  if (error instanceof IpamError) return OF_IPAM[error.kind];
  if (error instanceof StoreError) return OF_STORE[error.reason];
  // A configuration without a backend throws plain errors. A bug throws an error of a subclass.
  const isPlain = error instanceof Error && Object.getPrototypeOf(error) === Error.prototype;
  return isPlain ? status.FAILED_PRECONDITION : status.INTERNAL;
}

/** The engine keeps the resource with these outputs, prints the reasons, and updates it at the next opportunity. */
function initFailed(failure: PartialFailure, hide: Hide) {
  const { id, reasons } = failure.unfinished;
  const detail = new ErrorResourceInitFailed();
  detail.setId(id);
  detail.setProperties(structOf(failure.outputs));
  if (failure.inputs) detail.setInputs(structOf(failure.inputs));
  detail.setReasonsList(reasons.map(hide));
  const any = new Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const details = new Status();
  details.setCode(codeOf(failure));
  details.setMessage(hide(failure.message));
  details.addDetails(any);
  const metadata = new grpc.Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(details.serializeBinary()));
  return metadata;
}
