/** The service on a server that has its port already. */
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { composeForPulumi } from "../pulumi/compose";
import type { grpc } from "../pulumi/grpc";
import { RunNotes } from "../pulumi/run-notes";
import { CallsUnderWay, endInOrder } from "./ending";
import { RunEnd } from "./run-end";
import { type Ending, providerService } from "./service";

type Server = InstanceType<typeof grpc.Server>;

/** `root`: the package's folder. `engineAddress`: undefined if the engine will attach later. */
export function serve(server: Server, root: string, engineAddress: string | undefined): void {
  const [calls, cancellation] = [new CallsUnderWay(), new AbortController()];
  const notes = new RunNotes();
  const ending: Ending = { signal: cancellation.signal, run: new RunEnd(notes), notes };
  const service = providerService(root, engineAddress, composeForPulumi, ending);
  server.addService(ResourceProviderService, calls.counted(service));
  endInOrder(calls, () => cancellation.abort(), ending);
}
